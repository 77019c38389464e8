package org.palimpsest.training;

import org.palimpsest.model.Collective;
import org.palimpsest.model.LearningRateSchedule;
import org.palimpsest.model.LossSum;
import org.palimpsest.model.NoiseKey;
import org.palimpsest.model.OptimizerSettings;
import org.palimpsest.model.Trainable;

/**
 * Some steps of every worker, and the aggregation that makes one model of the replicas. All workers
 * run the same rounds in the same order.
 */
final class Round<B> {
  private final Trainable<B> replica;
  private final Collective collective;
  private final Feed<B> feed;
  private final Teaching teaching;
  private double ownWeight;
  private long bytesTold;

  Round(Trainable<B> replica, Collective collective, Feed<B> feed, Teaching teaching) {
    this.replica = replica;
    this.collective = collective;
    this.feed = feed;
    this.teaching = teaching;
  }

  /** Where a worker's input comes from. */
  interface Feed<B> {
    StepInput<B> next();

    /** Time that {@link #next} has made the worker wait, since the beginning. */
    long waitedNanos();
  }

  /**
   * What a step is a function of, besides its input.
   *
   * @param schedule the learning rate of each global step
   * @param optimizer knows how far gradients are clipped
   * @param seed the run's
   */
  record Teaching(LearningRateSchedule schedule, OptimizerSettings optimizer, long seed) {}

  /**
   * Runs the round.
   *
   * @param aggregation makes one model of the replicas
   * @param firstStep its first global step
   * @param steps steps of each worker
   * @param concerns asked after the last step
   */
  RoundResult run(Aggregation aggregation, long firstStep, int steps, Concerns concerns) {
    Tally tally = new Tally();
    for (long step = firstStep; step < firstStep + steps; step++) {
      step(aggregation, step, tally);
    }
    RoundResult result = tally.sum(collective, bytesSinceLastRound(), concerns);
    aggregation.joinParameters(tally.loss().weight(), result.loss().weight());
    ownWeight += tally.loss().weight();
    return result;
  }

  /** What an aggregation costs is told with the round that follows it. */
  private long bytesSinceLastRound() {
    long before = bytesTold;
    bytesTold = collective.bytesSent();
    return bytesTold - before;
  }

  /** Target tokens that this worker itself has learned from, over all rounds so far. */
  double ownWeight() {
    return ownWeight;
  }

  /** What may end a segment besides its last step. */
  interface Concerns {
    /** Whether the time limit is reached; worker 0's answer counts for all. */
    boolean timeIsUp();

    /** Whether this worker could not write a checkpoint; one is enough. */
    boolean isUnsaved();
  }

  private void step(Aggregation aggregation, long step, Tally tally) {
    StepInput<B> input = next(tally);
    LossSum own = backward(input, step);
    LossSum counted = aggregation.joinGradients(own);
    double norm = counted.weight() == 0 ? 0 : replica.gradientNorm() / counted.weight();
    if (!Double.isFinite(counted.loss()) || !Double.isFinite(norm)) {
      tally.skipped(input.rawTokens());
      return;
    }
    if (counted.weight() > 0) {
      replica.scaleGradients(teaching.optimizer().clipFactor(norm) / counted.weight());
      replica.update(teaching.schedule().rate(step + 1));
    }
    tally.step(own, input.rawTokens());
  }

  private StepInput<B> next(Tally tally) {
    long before = feed.waitedNanos();
    StepInput<B> input = feed.next();
    tally.waited(feed.waitedNanos() - before);
    return input;
  }

  private LossSum backward(StepInput<B> input, long step) {
    replica.zeroGradients();
    LossSum sum = LossSum.ZERO;
    int microBatch = 0;
    for (B batch : input.microBatches()) {
      NoiseKey key = new NoiseKey(teaching.seed(), step, collective.rank(), microBatch++);
      sum = sum.plus(replica.backward(batch, key));
    }
    return sum;
  }
}
