package org.palimpsest.training.round;

import org.palimpsest.training.checkpoint.PartialRound;
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

  /**
   * The ending after a complete round.
   *
   * @param steps global steps of the round
   * @param earlier what the workers had done of it before the run stopped in it
   */
  public SegmentEnding ending(RoundResult round, long steps, PartialRound earlier) {
    if (round.signals().unsaved()) {
      return SegmentEnding.UNSAVED;
    }
    skippedInARow = round.failed(earlier) ? skippedInARow + steps : 0;
    if (skippedInARow >= maxSkippedSteps) {
      return SegmentEnding.DIVERGED;
    }
    if (round.signals().cancelled()) {
      return SegmentEnding.STOPPED;
    }
    return round.signals().stop() ? SegmentEnding.TIME_LIMIT : SegmentEnding.COMPLETE;
  }

  public long skippedInARow() {
    return skippedInARow;
  }
}
