package org.palimpsest.training.segment;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A request to stop the training in progress. Any thread may make it: a signal handler, a notebook,
 * a thread that watches the run's folder, or the driver's own thread after an interrupt.
 *
 * <p>A request lasts until the training in progress has ended; without one it has no effect.
 */
public final class StopRequest {
  private final Duration timeout;
  private final Set<Runnable> actions = new LinkedHashSet<>();
  private boolean active;
  private boolean requested;
  private long requestNanos;

  /**
   * Creates a request that has not been made yet.
   *
   * @param timeout how long the training may take to stop, from the request on
   */
  public StopRequest(Duration timeout) {
    this.timeout = timeout;
  }

  /** Something that ends without an exception. */
  public interface Scope extends AutoCloseable {
    @Override
    void close();
  }

  /** Begins a training. Closing the scope forgets the request. */
  public synchronized Scope begin() {
    active = true;
    requested = false;
    return this::end;
  }

  private synchronized void end() {
    active = false;
    requested = false;
  }

  /** Requests the stop, and runs the registered actions in this thread. */
  public void request() {
    for (Runnable action : firstRequest()) {
      action.run();
    }
  }

  private synchronized List<Runnable> firstRequest() {
    if (!active || requested) {
      return List.of();
    }
    requested = true;
    requestNanos = System.nanoTime();
    return List.copyOf(actions);
  }

  public synchronized boolean isRequested() {
    return requested;
  }

  /** The time until the stop must be complete; at least 0. The whole timeout without a request. */
  public synchronized Duration timeLeft() {
    long past = requested ? System.nanoTime() - requestNanos : 0;
    return Duration.ofNanos(Math.max(0, timeout.toNanos() - past));
  }

  public Duration timeout() {
    return timeout;
  }

  /**
   * Runs an action at the request: at once if it was made already. Closing the scope forgets it.
   */
  public Scope onRequest(Runnable action) {
    if (isRequestedBeforeAdding(action)) {
      action.run();
    }
    return () -> remove(action);
  }

  private synchronized boolean isRequestedBeforeAdding(Runnable action) {
    actions.add(action);
    return requested;
  }

  private synchronized void remove(Runnable action) {
    actions.remove(action);
  }
}
