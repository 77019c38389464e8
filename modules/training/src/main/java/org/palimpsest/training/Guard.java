package org.palimpsest.training;

import org.palimpsest.training.WorkerReport.Ending;

/**
 * Decides after each round whether to go on. It sees only what has been summed over the workers, so
 * that all decide alike.
 */
final class Guard {
  private final int maxSkippedSteps;
  private long skippedInARow;

  Guard(SegmentOrder order) {
    maxSkippedSteps = order.settings().maxSkippedSteps();
    skippedInARow = order.state().skippedInARow();
  }

  Ending ending(RoundResult round, int steps) {
    if (round.unsaved()) {
      return Ending.UNSAVED;
    }
    skippedInARow = round.failed() ? skippedInARow + steps : 0;
    if (skippedInARow >= maxSkippedSteps) {
      return Ending.DIVERGED;
    }
    return round.stop() ? Ending.TIME_LIMIT : Ending.COMPLETE;
  }

  long skippedInARow() {
    return skippedInARow;
  }
}
