package org.palimpsest.collective;

import java.util.concurrent.locks.LockSupport;
import org.bytedeco.pytorch.Work;

/** Waits for native operations. */
final class WorkAwaiter {
  private static final long SHORTEST_PAUSE_NS = 20_000;
  private static final long LONGEST_PAUSE_NS = 1_000_000;

  private WorkAwaiter() {}

  /**
   * Waits until the native thread has released the memory, and returns whether this thread was
   * interrupted meanwhile. Gloo cannot be cancelled: it releases the memory when another rank
   * leaves, which all do when Spark stops a stage, and at the latest at its own timeout. Throwing
   * earlier would leave it writing to memory that the caller is about to free.
   */
  static boolean until(Work work) {
    boolean interrupted = false;
    long start = System.nanoTime();
    while (!work.isCompleted()) {
      interrupted |= Thread.interrupted();
      LockSupport.parkNanos(pause(System.nanoTime() - start));
    }
    return interrupted;
  }

  /**
   * A tenth of the time waited so far: short enough for a short sum, long enough for a long one.
   */
  private static long pause(long waitedNs) {
    return Math.min(Math.max(waitedNs / 10, SHORTEST_PAUSE_NS), LONGEST_PAUSE_NS);
  }
}
