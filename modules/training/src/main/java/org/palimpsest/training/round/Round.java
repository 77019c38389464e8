package org.palimpsest.training.round;

import org.palimpsest.model.Collective;
import org.palimpsest.model.DropoutKey;
import org.palimpsest.model.LossSum;
import org.palimpsest.model.Trainable;
import org.palimpsest.training.checkpoint.PartialRound;
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
  private RoundMetrics metrics = new RoundMetrics();
  private Earlier earlier = Earlier.NOTHING;
  private int stepsDone;
  private boolean isComplete;
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
   * Runs the round, or a part of it if the run is to stop: all workers stop after the same step.
   * Then the replicas stay as they are, and {@link #isComplete} is false.
   *
   * @param aggregation aggregates the replicas
   * @param firstStep first global step to make
   * @param steps steps of each worker up to the end of the round
   * @param earlier what the workers had done of the round before the run stopped in it
   * @param signals whether to stop; the task's cancellation is read after each step
   */
  public RoundResult run(
      Aggregation aggregation, long firstStep, int steps, Earlier earlier, StopSignals signals) {
    metrics = new RoundMetrics();
    this.earlier = earlier;
    stepsDone = 0;
    while (stepsDone < steps && !(stepsDone > 0 && signals.isCancelled())) {
      step(aggregation, firstStep);
    }
    long bytes = bytesSinceLastRound();
    RoundMetrics.Reports reports = metrics.sum(collective, bytes, signals);
    if (!reports.isLevel()) {
      while (stepsDone < reports.furthest()) {
        step(aggregation, firstStep);
      }
      reports = metrics.sum(collective, bytes, signals);
    }
    RoundResult result = reports.joint();
    isComplete = stepsDone == steps;
    if (isComplete) {
      aggregation.joinParameters(
          earlier.own().weight() + metrics.loss().weight(),
          earlier.joint().weight() + result.loss().weight());
    }
    ownWeight += metrics.loss().weight();
    return result;
  }

  /** Runs a round from its first step. */
  public RoundResult run(Aggregation aggregation, long firstStep, int steps, StopSignals signals) {
    return run(aggregation, firstStep, steps, Earlier.NOTHING, signals);
  }

  /**
   * What was done of the round before the run stopped in it.
   *
   * @param own by this worker
   * @param joint by all workers
   */
  public record Earlier(PartialRound own, PartialRound joint) {
    /** The round starts with its first step. */
    public static final Earlier NOTHING = new Earlier(PartialRound.NONE, PartialRound.NONE);
  }

  /** Steps of each worker in the last call of {@link #run}. */
  public int stepsDone() {
    return stepsDone;
  }

  /** Whether the last call of {@link #run} reached the end of the round. */
  public boolean isComplete() {
    return isComplete;
  }

  /** What this worker has done of the round so far. */
  public PartialRound done() {
    return metrics.plus(earlier.own());
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

  private void step(Aggregation aggregation, long firstStep) {
    long step = firstStep + stepsDone++;
    StepInput<B> input = next();
    LossSum own = backward(aggregation, input, step);
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

  private StepInput<B> next() {
    long before = feed.waitedNanos();
    StepInput<B> input = feed.next();
    metrics.waited(feed.waitedNanos() - before);
    return input;
  }

  private LossSum backward(Aggregation aggregation, StepInput<B> input, long step) {
    replica.zeroGradients();
    return replica.backward(
        input.microBatches(),
        microBatch -> new DropoutKey(config.seed(), step, collective.rank(), microBatch),
        aggregation::completed);
  }
}
