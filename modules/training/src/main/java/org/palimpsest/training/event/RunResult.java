package org.palimpsest.training.event;

import java.util.Optional;

/**
 * How an invocation of a run ended, if it did not fail.
 *
 * @param ending why it ended
 * @param step global steps done
 * @param checkpoint path of the newest checkpoint; empty if the run stopped before the first
 * @param targetTokens target tokens that counted in the loss, since the run began
 * @param rawTokens uncorrupted tokens read since the run began
 * @param skippedSteps worker steps without an update since the run began
 * @param bytesExchanged bytes that all workers sent for their exchanges since the run began
 * @param seconds spent in rounds since the run began
 */
public record RunResult(
    Ending ending,
    long step,
    Optional<String> checkpoint,
    long targetTokens,
    long rawTokens,
    long skippedSteps,
    long bytesExchanged,
    double seconds) {

  /** Why an invocation ended. */
  public enum Ending {
    FINISHED,
    TIME_LIMIT,
    /** It was asked to stop. */
    STOPPED,
    /** The held-out loss did not improve in {@code evaluation.patience} consecutive evaluations. */
    EARLY
  }
}
