package org.palimpsest.training;

import org.palimpsest.training.SegmentOrder.Clock;

/** Measures rounds, and knows when the time limit is reached. */
final class Stopwatch {
  private final Clock clock;
  private long start = System.nanoTime();
  private boolean counting;
  private long roundStart = start;

  Stopwatch(Clock clock) {
    this.clock = clock;
    this.counting = clock.start() == Clock.Start.SEGMENT;
  }

  /** Seconds since the last call, or since the beginning. */
  double lap() {
    long now = System.nanoTime();
    double seconds = (now - roundStart) / 1e9;
    roundStart = now;
    if (!counting) {
      counting = true;
      start = now;
    }
    return seconds;
  }

  double secondsLeft() {
    return counting ? clock.secondsLeft() - (System.nanoTime() - start) / 1e9 : clock.secondsLeft();
  }

  boolean timeIsUp() {
    return counting && secondsLeft() <= 0;
  }
}
