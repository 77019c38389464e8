package org.palimpsest.training.executor;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.palimpsest.training.event.Progress;
import org.palimpsest.training.event.RunListener;

/**
 * Passes live progress to a listener while a segment runs, or the last point at the end of the
 * segment if there was no live progress.
 */
public final class LiveProgress implements AutoCloseable {
  private final RunListener listener;
  private final AtomicBoolean received = new AtomicBoolean();
  private final ExecutorRegistry.Registration registration;

  private LiveProgress(String runId, RunListener listener) {
    this.listener = listener;
    this.registration = ExecutorRegistry.listen(runId, this::receive);
  }

  public static LiveProgress of(String runId, RunListener listener) {
    return new LiveProgress(runId, listener);
  }

  private void receive(Progress progress) {
    received.set(true);
    listener.progress(progress);
  }

  public void finish(List<Progress> points) {
    if (!received.get() && !points.isEmpty()) {
      listener.progress(points.get(points.size() - 1));
    }
  }

  @Override
  public void close() {
    registration.close();
  }
}
