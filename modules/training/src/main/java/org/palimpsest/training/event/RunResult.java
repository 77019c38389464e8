package org.palimpsest.training.event;

/**
 * How an invocation of a run ended. (One that failed ends with an exception.)
 *
 * @param ending whether the run is done, or goes on when it is called again
 * @param step global steps done
 * @param checkpoint path of the newest checkpoint
 * @param targetTokens learned from since the run began
 * @param rawTokens undamaged tokens read since the run began
 * @param skippedSteps worker steps without an update since the run began
 * @param bytesExchanged sent by all workers, for their exchanges, since the run began
 * @param seconds spent in rounds since the run began
 */
public record RunResult(
    Ending ending,
    long step,
    String checkpoint,
    long targetTokens,
    long rawTokens,
    long skippedSteps,
    long bytesExchanged,
    double seconds) {

  /** Whether there is more to do. */
  public enum Ending {
    FINISHED,
    TIME_LIMIT,
    /** The held-out loss has not become better for as long as {@code evaluation.patience} says. */
    EARLY
  }
}
