package org.palimpsest.training.event;

import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Several listeners as one. The failure of a listener is logged and does not stop the run. */
final class RunListeners implements RunListener {
  private static final Logger LOG = LoggerFactory.getLogger(RunListeners.class);

  private final List<RunListener> listeners;

  RunListeners(List<RunListener> listeners) {
    this.listeners = List.copyOf(listeners);
  }

  private void notifyAll(Consumer<RunListener> event) {
    for (RunListener listener : listeners) {
      try {
        event.accept(listener);
      } catch (RuntimeException e) {
        LOG.warn("A listener of the run failed: {}", e.getMessage(), e);
      }
    }
  }

  @Override
  public void segmentStarted(SegmentStart start) {
    notifyAll(listener -> listener.segmentStarted(start));
  }

  @Override
  public void progress(Progress progress) {
    notifyAll(listener -> listener.progress(progress));
  }

  @Override
  public void checkpointPublished(String path, long step) {
    notifyAll(listener -> listener.checkpointPublished(path, step));
  }

  @Override
  public void evaluated(long step, double loss, boolean isBest) {
    notifyAll(listener -> listener.evaluated(step, loss, isBest));
  }

  @Override
  public void warning(String sentence) {
    LOG.warn("{}", sentence);
    notifyAll(listener -> listener.warning(sentence));
  }

  @Override
  public void note(String sentence) {
    notifyAll(listener -> listener.note(sentence));
  }

  @Override
  public void finished(RunResult result) {
    notifyAll(listener -> listener.finished(result));
  }
}
