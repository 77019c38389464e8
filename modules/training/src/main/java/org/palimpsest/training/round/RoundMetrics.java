package org.palimpsest.training.round;

import java.util.Arrays;
import org.palimpsest.model.Collective;
import org.palimpsest.model.LossSum;
import org.palimpsest.training.checkpoint.PartialRound;
import org.palimpsest.training.segment.StopSignals;

/**
 * The counts of one worker in a round. {@link #sum} adds up the counts of all workers in one
 * exchange, so that all workers decide the same.
 */
final class RoundMetrics {
  private static final int COUNTS = 10;

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

  /** What has been done so far, together with an earlier part of the round. */
  PartialRound plus(PartialRound earlier) {
    return new PartialRound(
        earlier.steps() + steps,
        earlier.skippedSteps() + skippedSteps,
        earlier.weight() + loss.weight());
  }

  /**
   * Sums the counts over all workers. They may have made different numbers of steps, if the run is
   * to stop: {@link Reports#furthest} says how far the others are.
   *
   * @param bytes bytes that this worker sent since the last round
   * @param signals of this worker
   */
  Reports sum(Collective collective, long bytes, StopSignals signals) {
    // Only the clock of worker 0 counts.
    boolean stopping = collective.rank() == 0 && signals.timeIsUp();
    double[] all = new double[COUNTS + collective.size()];
    all[0] = loss.loss();
    all[1] = loss.weight();
    all[2] = rawTokens;
    all[3] = steps;
    all[4] = skippedSteps;
    all[5] = waitedNanos;
    all[6] = bytes;
    all[7] = stopping ? 1 : 0;
    all[8] = signals.isUnsaved() ? 1 : 0;
    all[9] = signals.isCancelled() ? 1 : 0;
    all[COUNTS + collective.rank()] = steps;
    collective.sum(all);
    double[] stepsByRank = Arrays.copyOfRange(all, COUNTS, all.length);
    RoundResult joint =
        new RoundResult(
            new LossSum(all[0], all[1]),
            (long) all[2],
            (long) all[3],
            (long) all[4],
            (long) all[5],
            (long) all[6],
            new RoundResult.Signals(all[7] != 0, all[8] != 0, all[9] != 0));
    return new Reports(
        joint,
        (long) Arrays.stream(stepsByRank).min().orElse(0),
        (long) Arrays.stream(stepsByRank).max().orElse(0));
  }

  /**
   * The counts of all workers.
   *
   * @param joint their sum
   * @param nearest fewest steps of a worker
   * @param furthest most steps of a worker
   */
  record Reports(RoundResult joint, long nearest, long furthest) {
    /** Whether all workers have made the same steps: only a cancelled one leaves a round early. */
    boolean isLevel() {
      return !joint.signals().cancelled() || nearest == furthest;
    }
  }
}
