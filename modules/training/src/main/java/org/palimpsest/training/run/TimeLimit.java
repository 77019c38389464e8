package org.palimpsest.training.run;

import java.time.Duration;
import java.util.Optional;
import org.palimpsest.training.segment.SegmentEnding;
import org.palimpsest.training.segment.SegmentOrder.Clock;
import org.palimpsest.training.segment.SegmentResult;

/**
 * The time limit of an invocation, on the driver's clock. The first step does not count. Only its
 * worker measures when that step ended, so the first segment counts the time and reports what is
 * left.
 */
final class TimeLimit {
  private final Optional<Duration> limit;
  private long deadline;
  private boolean counting;
  private boolean reached;

  TimeLimit(Optional<Duration> limit) {
    this.limit = limit;
  }

  /** The time limit for the next segment. */
  Clock clock() {
    if (limit.isEmpty()) {
      return new Clock(Double.POSITIVE_INFINITY, Clock.Origin.SEGMENT);
    }
    if (counting) {
      return new Clock((deadline - System.nanoTime()) / 1e9, Clock.Origin.SEGMENT);
    }
    // If this segment fails, its time still counts.
    counting = true;
    deadline = System.nanoTime() + limit.get().toNanos();
    return new Clock(limit.get().toNanos() / 1e9, Clock.Origin.END_OF_FIRST_ROUND);
  }

  /** Takes over the time left from the segment that ended. */
  void update(SegmentResult result) {
    if (result.ending() == SegmentEnding.STOPPED) {
      return;
    }
    reached = result.ending() == SegmentEnding.TIME_LIMIT;
    if (limit.isPresent()) {
      deadline = System.nanoTime() + (long) (result.secondsLeft() * 1e9);
    }
  }

  boolean isReached() {
    return reached || (counting && System.nanoTime() - deadline >= 0);
  }
}
