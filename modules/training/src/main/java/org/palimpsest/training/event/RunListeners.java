package org.palimpsest.training.event;

import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Several listeners as one. A listener that fails is logged and does not stop the run. */
final class RunListeners implements RunListener {
  private static final Logger LOG = LoggerFactory.getLogger(RunListeners.class);

  private final List<RunListener> listeners;

  RunListeners(List<RunListener> listeners) {
    this.listeners = List.copyOf(listeners);
  }

  private void tell(Consumer<RunListener> what) {
    for (RunListener listener : listeners) {
      try {
        what.accept(listener);
      } catch (RuntimeException e) {
        LOG.warn("A listener of the run failed: {}", e.getMessage(), e);
      }
    }
  }

  @Override
  public void segmentStarted(SegmentStart start) {
    tell(listener -> listener.segmentStarted(start));
  }

  @Override
  public void progress(Progress progress) {
    tell(listener -> listener.progress(progress));
  }

  @Override
  public void checkpointPublished(String path, long step) {
    tell(listener -> listener.checkpointPublished(path, step));
  }

  @Override
  public void evaluated(long step, double loss, boolean isBest) {
    tell(listener -> listener.evaluated(step, loss, isBest));
  }

  @Override
  public void warning(String sentence) {
    LOG.warn("{}", sentence);
    tell(listener -> listener.warning(sentence));
  }

  @Override
  public void finished(RunResult result) {
    tell(listener -> listener.finished(result));
  }
}
