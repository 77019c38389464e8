package org.palimpsest.training.round;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.palimpsest.model.LossSum;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.training.checkpoint.TrainingState;
import org.palimpsest.training.event.Progress;
import org.palimpsest.training.segment.SegmentOrder;
import org.palimpsest.training.segment.StepConfig;

/**
 * Sums the results of rounds: one {@link Progress} per interval, and the counts of a checkpoint.
 */
public final class ProgressMeter {
  private static final double INTERVAL_SECONDS = 1;

  private final SegmentOrder order;
  private final StepConfig config;
  private final List<Progress> points = new ArrayList<>();

  private long targetTokens;
  private long rawTokens;
  private long skippedSteps;
  private double seconds;
  private long bytesExchanged;

  private LossSum loss = LossSum.ZERO;
  private long intervalRaw;
  private long intervalBytes;
  private long intervalWaited;
  private double intervalSeconds;
  private long intervalSteps;

  public ProgressMeter(SegmentOrder order) {
    this.order = order;
    this.config = order.config();
    TrainingState state = order.state();
    targetTokens = state.targetTokens();
    rawTokens = state.rawTokens();
    skippedSteps = state.skippedSteps();
    seconds = state.seconds();
    bytesExchanged = state.bytesExchanged();
  }

  /**
   * Adds a round.
   *
   * @param steps number of its steps
   * @param step global steps done after it
   * @param roundSeconds duration of the round
   * @return the progress, if the interval or the segment is over
   */
  public Optional<Progress> note(
      RoundResult round, int steps, long step, double roundSeconds, double limitLeft) {
    targetTokens += Math.round(round.loss().weight());
    rawTokens += round.rawTokens();
    skippedSteps += round.skippedSteps();
    seconds += roundSeconds;
    loss = loss.plus(round.loss());
    intervalRaw += round.rawTokens();
    intervalBytes += round.bytesSent();
    intervalWaited += round.waitedNanos();
    intervalSeconds += roundSeconds;
    bytesExchanged += round.bytesSent();
    intervalSteps += steps;
    boolean over = intervalSeconds >= INTERVAL_SECONDS || step == steps;
    if (!over
        && !round.signals().stop()
        && !round.signals().cancelled()
        && step < order.lastStep()) {
      return Optional.empty();
    }
    Progress progress = progress(step, limitLeft);
    points.add(progress);
    beginInterval();
    return Optional.of(progress);
  }

  private Progress progress(long step, double limitLeft) {
    double perStep = intervalSeconds / Math.max(1, intervalSteps);
    double stepsLeft = Math.max(0, order.totalSteps() - step);
    return new Progress(
        order.runId(),
        new Progress.Position(step, order.totalSteps()),
        new Progress.Interval(
            loss.mean(),
            config.schedule().rate(step),
            loss.weight() / intervalSeconds,
            intervalRaw / intervalSeconds,
            intervalWaited / 1e9 / order.workers() / intervalSeconds,
            intervalBytes),
        new Progress.Totals(targetTokens, rawTokens, skippedSteps, seconds),
        Math.min(limitLeft, stepsLeft * perStep));
  }

  private void beginInterval() {
    loss = LossSum.ZERO;
    intervalRaw = 0;
    intervalBytes = 0;
    intervalWaited = 0;
    intervalSeconds = 0;
    intervalSteps = 0;
  }

  /** The progress since the last call, in order. */
  public List<Progress> takePoints() {
    List<Progress> taken = List.copyOf(points);
    points.clear();
    return taken;
  }

  /**
   * The state of the run after the last round, without the files of the workers.
   *
   * @param step global steps done
   * @param epoch the pass over the data to which the next step belongs
   * @param parameters number of parameters
   * @param skippedInARow last consecutive global steps without an update
   * @param hasOuterState whether the outer optimizer has a velocity
   */
  public TrainingState state(
      long step, long epoch, long parameters, long skippedInARow, boolean hasOuterState) {
    return order
        .state()
        .at(
            new TrainingState.Layout(parameters, ParameterLayout.VERSION),
            new TrainingState.Position(step, epoch),
            new TrainingState.Counts(
                targetTokens, rawTokens, skippedSteps, skippedInARow, seconds, bytesExchanged),
            order.workers(),
            hasOuterState);
  }
}
