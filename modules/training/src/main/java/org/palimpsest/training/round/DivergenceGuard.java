package org.palimpsest.training.round;

import org.palimpsest.training.segment.SegmentEnding;
import org.palimpsest.training.segment.SegmentOrder;

/**
 * Decides after each round whether training continues. Its input is summed over the workers, so
 * that all workers decide the same.
 */
public final class DivergenceGuard {
  private final int maxSkippedSteps;
  private long skippedInARow;

  public DivergenceGuard(SegmentOrder order) {
    maxSkippedSteps = order.settings().maxSkippedSteps();
    skippedInARow = order.state().skippedInARow();
  }

  public SegmentEnding ending(RoundResult round, int steps) {
    if (round.unsaved()) {
      return SegmentEnding.UNSAVED;
    }
    skippedInARow = round.failed() ? skippedInARow + steps : 0;
    if (skippedInARow >= maxSkippedSteps) {
      return SegmentEnding.DIVERGED;
    }
    return round.stop() ? SegmentEnding.TIME_LIMIT : SegmentEnding.COMPLETE;
  }

  public long skippedInARow() {
    return skippedInARow;
  }
}
