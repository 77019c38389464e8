package org.palimpsest.training.round;

import org.palimpsest.model.Collective;
import org.palimpsest.model.DropoutKey;
import org.palimpsest.model.LossSum;
import org.palimpsest.model.Trainable;
import org.palimpsest.training.segment.StepConfig;
import org.palimpsest.training.segment.StopSignals;
import org.palimpsest.training.workload.StepInput;

/**
 * Some steps of every worker, then the aggregation of the replicas to one model. All workers run
 * the same rounds in the same order.
 */
public final class Round<B> {
  private final Trainable<B> replica;
  private final Collective collective;
  private final Feed<B> feed;
  private final StepConfig config;
  private double ownWeight;
  private long bytesReported;

  public Round(Trainable<B> replica, Collective collective, Feed<B> feed, StepConfig config) {
    this.replica = replica;
    this.collective = collective;
    this.feed = feed;
    this.config = config;
  }

  /** The source of a worker's input. */
  public interface Feed<B> {
    StepInput<B> next();

    /** Total time that the worker has waited in {@link #next}. */
    long waitedNanos();
  }

  /**
   * Runs the round.
   *
   * @param aggregation aggregates the replicas
   * @param firstStep first global step of the round
   * @param steps steps of each worker
   * @param signals read once, after the last step
   */
  public RoundResult run(Aggregation aggregation, long firstStep, int steps, StopSignals signals) {
    RoundMetrics metrics = new RoundMetrics();
    for (long step = firstStep; step < firstStep + steps; step++) {
      step(aggregation, step, metrics);
    }
    RoundResult result = metrics.sum(collective, bytesSinceLastRound(), signals);
    aggregation.joinParameters(metrics.loss().weight(), result.loss().weight());
    ownWeight += metrics.loss().weight();
    return result;
  }

  /**
   * Bytes sent since the last call. The aggregation of parameters counts in the round that follows
   * it.
   */
  private long bytesSinceLastRound() {
    long before = bytesReported;
    bytesReported = collective.bytesSent();
    return bytesReported - before;
  }

  /** Target tokens of this worker in all rounds so far. */
  public double ownWeight() {
    return ownWeight;
  }

  private void step(Aggregation aggregation, long step, RoundMetrics metrics) {
    StepInput<B> input = next(metrics);
    LossSum own = backward(input, step);
    LossSum counted = aggregation.joinGradients(own);
    double norm = counted.weight() == 0 ? 0 : replica.gradientNorm() / counted.weight();
    if (!Double.isFinite(counted.loss()) || !Double.isFinite(norm)) {
      metrics.skipped(input.rawTokens());
      return;
    }
    if (counted.weight() > 0) {
      replica.scaleGradients(config.optimizer().clipFactor(norm) / counted.weight());
      replica.update(config.schedule().rate(step + 1));
    }
    metrics.step(own, input.rawTokens());
  }

  private StepInput<B> next(RoundMetrics metrics) {
    long before = feed.waitedNanos();
    StepInput<B> input = feed.next();
    metrics.waited(feed.waitedNanos() - before);
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
