package org.palimpsest.training;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** Passes on what arrives while a segment runs; where nothing arrives, its last word at the end. */
final class LiveProgress implements AutoCloseable {
  private final RunListener listener;
  private final AtomicBoolean heard = new AtomicBoolean();
  private final ExecutorRegistry.Registration registration;

  private LiveProgress(String runId, RunListener listener) {
    this.listener = listener;
    this.registration = ExecutorRegistry.listen(runId, this::pass);
  }

  static LiveProgress of(String runId, RunListener listener) {
    return new LiveProgress(runId, listener);
  }

  private void pass(Progress progress) {
    heard.set(true);
    listener.progress(progress);
  }

  void finish(List<Progress> points) {
    if (!heard.get() && !points.isEmpty()) {
      listener.progress(points.get(points.size() - 1));
    }
  }

  @Override
  public void close() {
    registration.close();
  }
}
