package org.palimpsest.training.run;

import java.time.Duration;
import java.util.Optional;
import org.palimpsest.training.segment.SegmentEnding;
import org.palimpsest.training.segment.SegmentOrder.Clock;
import org.palimpsest.training.segment.SegmentResult;

/**
 * The time limit of an invocation, on the driver's clock. The first step is free; only its worker
 * knows when it ended, so the first segment counts by itself and reports what it has left.
 */
final class TimeLimit {
  private final Optional<Duration> limit;
  private long deadline;
  private boolean counting;
  private boolean reached;

  TimeLimit(Optional<Duration> limit) {
    this.limit = limit;
  }

  /** What the next segment shall be told. */
  Clock clock() {
    if (limit.isEmpty()) {
      return new Clock(Double.POSITIVE_INFINITY, Clock.Origin.SEGMENT);
    }
    if (counting) {
      return new Clock((deadline - System.nanoTime()) / 1e9, Clock.Origin.SEGMENT);
    }
    // Should this segment fail, the time it took counts all the same.
    counting = true;
    deadline = System.nanoTime() + limit.get().toNanos();
    return new Clock(limit.get().toNanos() / 1e9, Clock.Origin.END_OF_FIRST_ROUND);
  }

  /** Takes over what the segment that ended has left of the limit. */
  void update(SegmentResult result) {
    reached = result.ending() == SegmentEnding.TIME_LIMIT;
    if (limit.isPresent()) {
      deadline = System.nanoTime() + (long) (result.secondsLeft() * 1e9);
    }
  }

  boolean isReached() {
    return reached || (counting && System.nanoTime() - deadline >= 0);
  }
}
