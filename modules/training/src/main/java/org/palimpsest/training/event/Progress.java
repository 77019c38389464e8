package org.palimpsest.training.event;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.io.Serializable;

/**
 * The progress of a run over the last interval of about one second, summed over all workers.
 *
 * @param runId identifies the run in a session with several runs
 * @param position the steps done and to do
 * @param interval means over the interval
 * @param totals sums since the run began
 * @param secondsLeft until the last step or the time limit, at the current speed
 */
public record Progress(
    String runId, Position position, Interval interval, Totals totals, double secondsLeft)
    implements Serializable {

  /**
   * Steps of the run.
   *
   * @param step global steps done
   * @param totalSteps global steps of the whole run
   */
  public record Position(long step, long totalSteps) implements Serializable {}

  /**
   * What happened in the interval.
   *
   * @param loss nats per target token, with dropout
   * @param learningRate of the last step
   * @param targetTokensPerSecond target tokens that counted in the loss, per second
   * @param rawTokensPerSecond uncorrupted tokens read per second
   * @param waitingShare share of the workers' time spent waiting for data, from 0 to 1
   * @param bytesExchanged bytes that all workers sent for their exchanges
   */
  public record Interval(
      double loss,
      double learningRate,
      double targetTokensPerSecond,
      double rawTokensPerSecond,
      double waitingShare,
      long bytesExchanged)
      implements Serializable {}

  /**
   * Sums since the run began.
   *
   * @param targetTokens target tokens that counted in the loss
   * @param rawTokens uncorrupted tokens read
   * @param skippedSteps worker steps without an update
   * @param seconds spent in rounds
   */
  public record Totals(long targetTokens, long rawTokens, long skippedSteps, double seconds)
      implements Serializable {}

  public long step() {
    return position.step();
  }

  public long totalSteps() {
    return position.totalSteps();
  }

  public double loss() {
    return interval.loss();
  }

  public double learningRate() {
    return interval.learningRate();
  }

  public long targetTokens() {
    return totals.targetTokens();
  }

  public long rawTokens() {
    return totals.rawTokens();
  }

  public double targetTokensPerSecond() {
    return interval.targetTokensPerSecond();
  }

  public double rawTokensPerSecond() {
    return interval.rawTokensPerSecond();
  }

  public double waitingShare() {
    return interval.waitingShare();
  }

  public long bytesExchanged() {
    return interval.bytesExchanged();
  }

  public long skippedSteps() {
    return totals.skippedSteps();
  }

  public double seconds() {
    return totals.seconds();
  }

  /** The JSON of a worker's commit: the names and the order of its fields are a format on disk. */
  private record Json(
      String runId,
      long step,
      long totalSteps,
      double loss,
      double learningRate,
      long targetTokens,
      long rawTokens,
      double targetTokensPerSecond,
      double rawTokensPerSecond,
      double waitingShare,
      long bytesExchanged,
      long skippedSteps,
      double seconds,
      double secondsLeft) {}

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  private static Progress of(Json json) {
    return new Progress(
        json.runId,
        new Position(json.step, json.totalSteps),
        new Interval(
            json.loss,
            json.learningRate,
            json.targetTokensPerSecond,
            json.rawTokensPerSecond,
            json.waitingShare,
            json.bytesExchanged),
        new Totals(json.targetTokens, json.rawTokens, json.skippedSteps, json.seconds),
        json.secondsLeft);
  }

  @JsonValue
  private Json json() {
    return new Json(
        runId,
        step(),
        totalSteps(),
        loss(),
        learningRate(),
        targetTokens(),
        rawTokens(),
        targetTokensPerSecond(),
        rawTokensPerSecond(),
        waitingShare(),
        bytesExchanged(),
        skippedSteps(),
        seconds(),
        secondsLeft);
  }
}
