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
  /** What a running write to a file may take. */
  private static final Duration AT_ONCE = Duration.ofSeconds(2);

  private final Duration timeout;
  private final Set<Runnable> actions = new LinkedHashSet<>();
  private boolean active;
  private boolean requested;
  private long deadlineNanos;

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

  /** Requests the stop, or shortens one that was requested: it may take two seconds. */
  public void requestAtOnce() {
    request();
    synchronized (this) {
      deadlineNanos = Math.min(deadlineNanos, System.nanoTime() + AT_ONCE.toNanos());
    }
  }

  private synchronized List<Runnable> firstRequest() {
    if (!active || requested) {
      return List.of();
    }
    requested = true;
    deadlineNanos = System.nanoTime() + timeout.toNanos();
    return List.copyOf(actions);
  }

  public synchronized boolean isRequested() {
    return requested;
  }

  /** The time until the stop must be complete; at least 0. The whole timeout without a request. */
  public synchronized Duration timeLeft() {
    long left = requested ? deadlineNanos - System.nanoTime() : timeout.toNanos();
    return Duration.ofNanos(Math.max(0, left));
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
