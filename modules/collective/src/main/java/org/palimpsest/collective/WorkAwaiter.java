package org.palimpsest.collective;

import java.util.concurrent.locks.LockSupport;
import org.bytedeco.pytorch.Work;

/** Waits for native operations. */
final class WorkAwaiter {
  private static final long SHORTEST_PAUSE_NS = 20_000;
  private static final long LONGEST_PAUSE_NS = 1_000_000;

  private WorkAwaiter() {}

  /**
   * Waits until the native thread has let go of the memory, and says whether this thread was
   * interrupted meanwhile. Gloo cannot be cut off: it lets go when another rank leaves, which all
   * do when Spark stops a stage, and at the latest when its own timeout ends. Throwing earlier
   * would leave it writing into memory that the caller is about to free.
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

  /** A tenth of what was waited so far: soon enough for a short sum, rare enough for a long one. */
  private static long pause(long waitedNs) {
    return Math.min(Math.max(waitedNs / 10, SHORTEST_PAUSE_NS), LONGEST_PAUSE_NS);
  }
}
