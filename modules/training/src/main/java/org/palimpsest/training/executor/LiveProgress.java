package org.palimpsest.training.executor;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.palimpsest.training.event.Progress;
import org.palimpsest.training.event.RunListener;

/** Passes on what arrives while a segment runs; where nothing arrives, its last word at the end. */
public final class LiveProgress implements AutoCloseable {
  private final RunListener listener;
  private final AtomicBoolean heard = new AtomicBoolean();
  private final ExecutorRegistry.Registration registration;

  private LiveProgress(String runId, RunListener listener) {
    this.listener = listener;
    this.registration = ExecutorRegistry.listen(runId, this::pass);
  }

  public static LiveProgress of(String runId, RunListener listener) {
    return new LiveProgress(runId, listener);
  }

  private void pass(Progress progress) {
    heard.set(true);
    listener.progress(progress);
  }

  public void finish(List<Progress> points) {
    if (!heard.get() && !points.isEmpty()) {
      listener.progress(points.get(points.size() - 1));
    }
  }

  @Override
  public void close() {
    registration.close();
  }
}
