package org.palimpsest.training.round;

import org.palimpsest.model.Collective;
import org.palimpsest.model.DropoutKey;
import org.palimpsest.model.LossSum;
import org.palimpsest.model.Trainable;
import org.palimpsest.training.segment.StepConfig;
import org.palimpsest.training.segment.StopSignals;
import org.palimpsest.training.workload.StepInput;

/**
 * Some steps of every worker, and the aggregation that makes one model of the replicas. All workers
 * run the same rounds in the same order.
 */
public final class Round<B> {
  private final Trainable<B> replica;
  private final Collective collective;
  private final Feed<B> feed;
  private final StepConfig config;
  private double ownWeight;
  private long bytesTold;

  public Round(Trainable<B> replica, Collective collective, Feed<B> feed, StepConfig config) {
    this.replica = replica;
    this.collective = collective;
    this.feed = feed;
    this.config = config;
  }

  /** Where a worker's input comes from. */
  public interface Feed<B> {
    StepInput<B> next();

    /** Time that {@link #next} has made the worker wait, since the beginning. */
    long waitedNanos();
  }

  /**
   * Runs the round.
   *
   * @param aggregation makes one model of the replicas
   * @param firstStep its first global step
   * @param steps steps of each worker
   * @param signals read after the last step
   */
  public RoundResult run(Aggregation aggregation, long firstStep, int steps, StopSignals signals) {
    RoundMetrics tally = new RoundMetrics();
    for (long step = firstStep; step < firstStep + steps; step++) {
      step(aggregation, step, tally);
    }
    RoundResult result = tally.sum(collective, bytesSinceLastRound(), signals);
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
  public double ownWeight() {
    return ownWeight;
  }

  private void step(Aggregation aggregation, long step, RoundMetrics tally) {
    StepInput<B> input = next(tally);
    LossSum own = backward(input, step);
    LossSum counted = aggregation.joinGradients(own);
    double norm = counted.weight() == 0 ? 0 : replica.gradientNorm() / counted.weight();
    if (!Double.isFinite(counted.loss()) || !Double.isFinite(norm)) {
      tally.skipped(input.rawTokens());
      return;
    }
    if (counted.weight() > 0) {
      replica.scaleGradients(config.optimizer().clipFactor(norm) / counted.weight());
      replica.update(config.schedule().rate(step + 1));
    }
    tally.step(own, input.rawTokens());
  }

  private StepInput<B> next(RoundMetrics tally) {
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
      DropoutKey key = new DropoutKey(config.seed(), step, collective.rank(), microBatch++);
      sum = sum.plus(replica.backward(batch, key));
    }
    return sum;
  }
}
