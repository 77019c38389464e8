package org.palimpsest.collective;

import java.time.Duration;

/** The end of an operation's allowed time, and the length of that time. */
record Deadline(Duration allowed, long endNanos) {

  static Deadline in(Duration allowed) {
    return new Deadline(allowed, System.nanoTime() + allowed.toNanos());
  }

  /** Milliseconds left; at least 1, because 0 means no limit to some native calls. */
  long leftMs() {
    return Math.max(1, (endNanos - System.nanoTime()) / 1_000_000);
  }

  boolean isOver() {
    return System.nanoTime() - endNanos >= 0;
  }

  /** The allowed time: {@code 90 s}. */
  @Override
  public String toString() {
    return allowed.toMillis() % 1000 == 0 ? allowed.toSeconds() + " s" : allowed.toMillis() + " ms";
  }
}
