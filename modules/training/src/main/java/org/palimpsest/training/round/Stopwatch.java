package org.palimpsest.training.round;

import org.palimpsest.training.segment.SegmentOrder.Clock;

/** Measures rounds and the time limit. */
public final class Stopwatch {
  private final Clock clock;
  private long start = System.nanoTime();
  private boolean counting;
  private long roundStart = start;

  public Stopwatch(Clock clock) {
    this.clock = clock;
    this.counting = clock.origin() == Clock.Origin.SEGMENT;
  }

  /** Seconds since the last call, or since this stopwatch was created. */
  public double lap() {
    long now = System.nanoTime();
    double seconds = (now - roundStart) / 1e9;
    roundStart = now;
    if (!counting) {
      counting = true;
      start = now;
    }
    return seconds;
  }

  public double secondsLeft() {
    return counting ? clock.secondsLeft() - (System.nanoTime() - start) / 1e9 : clock.secondsLeft();
  }

  public boolean timeIsUp() {
    return counting && secondsLeft() <= 0;
  }
}
