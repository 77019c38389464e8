package org.palimpsest.training.round;

import java.io.Serializable;
import org.palimpsest.model.LossSum;

/**
 * What a round did, summed over all workers and the same on each of them.
 *
 * @param loss over all target tokens of the round whose loss was a number
 * @param rawTokens undamaged tokens that were read
 * @param workerSteps steps made, each worker's counted
 * @param skippedSteps those among them whose update was left out for a loss that is no number
 * @param waitedNanos time the workers waited for data, added up
 * @param bytesSent by all workers in the collective since they told of the round before: the sums
 *     of this round's gradients, or of the last round's parameters
 * @param stop whether worker 0 wants to stop after this round
 * @param unsaved whether a worker could not write a checkpoint
 */
public record RoundResult(
    LossSum loss,
    long rawTokens,
    long workerSteps,
    long skippedSteps,
    long waitedNanos,
    long bytesSent,
    boolean stop,
    boolean unsaved)
    implements Serializable {

  /** This and what another worker did apart from it. */
  public RoundResult plus(RoundResult other) {
    return new RoundResult(
        loss.plus(other.loss),
        rawTokens + other.rawTokens,
        workerSteps + other.workerSteps,
        skippedSteps + other.skippedSteps,
        waitedNanos + other.waitedNanos,
        bytesSent + other.bytesSent,
        stop || other.stop,
        unsaved || other.unsaved);
  }

  /** The same with other bytes. */
  public RoundResult withBytes(long bytes) {
    return new RoundResult(
        loss, rawTokens, workerSteps, skippedSteps, waitedNanos, bytes, stop, unsaved);
  }

  /** The same with the driver's answer to whether to stop. */
  public RoundResult stopping(boolean now) {
    return new RoundResult(
        loss, rawTokens, workerSteps, skippedSteps, waitedNanos, bytesSent, now, unsaved);
  }

  /** Whether this round counts towards divergence: at least half of its steps came to nothing. */
  boolean failed() {
    return skippedSteps * 2 >= workerSteps;
  }
}
