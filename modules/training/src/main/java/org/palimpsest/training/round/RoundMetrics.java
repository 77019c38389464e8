package org.palimpsest.training.round;

import org.palimpsest.model.Collective;
import org.palimpsest.model.LossSum;
import org.palimpsest.training.segment.StopSignals;

/**
 * The counts of one worker in a round. {@link #sum} adds up the counts of all workers in one
 * exchange, so that all workers decide the same.
 */
final class RoundMetrics {
  private LossSum loss = LossSum.ZERO;
  private long rawTokens;
  private long steps;
  private long skippedSteps;
  private long waitedNanos;

  void step(LossSum stepLoss, long stepRawTokens) {
    loss = loss.plus(stepLoss);
    rawTokens += stepRawTokens;
    steps++;
  }

  void skipped(long stepRawTokens) {
    rawTokens += stepRawTokens;
    steps++;
    skippedSteps++;
  }

  void waited(long nanos) {
    waitedNanos += nanos;
  }

  LossSum loss() {
    return loss;
  }

  /**
   * Sums the counts over all workers.
   *
   * @param bytes bytes that this worker sent since the last call
   * @param signals of this worker
   */
  RoundResult sum(Collective collective, long bytes, StopSignals signals) {
    // Only the clock of worker 0 counts.
    boolean stopping = collective.rank() == 0 && signals.timeIsUp();
    double[] all = {
      loss.loss(),
      loss.weight(),
      rawTokens,
      steps,
      skippedSteps,
      waitedNanos,
      bytes,
      stopping ? 1 : 0,
      signals.isUnsaved() ? 1 : 0
    };
    collective.sum(all);
    return new RoundResult(
        new LossSum(all[0], all[1]),
        (long) all[2],
        (long) all[3],
        (long) all[4],
        (long) all[5],
        (long) all[6],
        all[7] != 0,
        all[8] != 0);
  }
}
