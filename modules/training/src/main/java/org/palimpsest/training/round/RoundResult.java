package org.palimpsest.training.round;

import java.io.Serializable;
import org.palimpsest.model.LossSum;
import org.palimpsest.training.checkpoint.PartialRound;

/**
 * The result of a round, summed over all workers and the same on each of them.
 *
 * @param loss over all target tokens of the steps with a finite loss
 * @param rawTokens uncorrupted tokens read
 * @param workerSteps sum of the workers' steps
 * @param skippedSteps steps among them without an update, because the loss was not finite
 * @param waitedNanos sum of the times that the workers waited for data
 * @param bytesSent bytes that all workers sent since the round before: for this round's gradients,
 *     or for the parameters of the round before
 * @param signals whether the run has to end
 */
public record RoundResult(
    LossSum loss,
    long rawTokens,
    long workerSteps,
    long skippedSteps,
    long waitedNanos,
    long bytesSent,
    Signals signals)
    implements Serializable {

  /**
   * Whether the run has to end.
   *
   * @param stop whether worker 0 has reached the time limit
   * @param unsaved whether a worker could not write a checkpoint
   * @param cancelled whether the run is to stop
   */
  public record Signals(boolean stop, boolean unsaved, boolean cancelled) implements Serializable {
    Signals or(Signals other) {
      return new Signals(
          stop || other.stop, unsaved || other.unsaved, cancelled || other.cancelled);
    }
  }

  /** Returns the sum of this result and another worker's. */
  public RoundResult plus(RoundResult other) {
    return new RoundResult(
        loss.plus(other.loss),
        rawTokens + other.rawTokens,
        workerSteps + other.workerSteps,
        skippedSteps + other.skippedSteps,
        waitedNanos + other.waitedNanos,
        bytesSent + other.bytesSent,
        signals.or(other.signals));
  }

  /** Returns this result with another number of bytes. */
  public RoundResult withBytes(long bytes) {
    return new RoundResult(loss, rawTokens, workerSteps, skippedSteps, waitedNanos, bytes, signals);
  }

  /** Returns this result with the driver's decision whether to stop. */
  public RoundResult stopping(boolean now) {
    return new RoundResult(
        loss,
        rawTokens,
        workerSteps,
        skippedSteps,
        waitedNanos,
        bytesSent,
        new Signals(now, signals.unsaved, signals.cancelled));
  }

  /**
   * Whether this round counts as diverging: at least half of its steps had no update.
   *
   * @param earlier what the workers had done of the round before the run stopped in it
   */
  boolean failed(PartialRound earlier) {
    return (skippedSteps + earlier.skippedSteps()) * 2 >= workerSteps + earlier.steps();
  }
}
