package org.palimpsest.training.run;

import java.util.Optional;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.PalimpsestException.Kind;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.checkpoint.TrainingState;

/**
 * The exceptions of a run that stops before its end. Their messages name the checkpoint from which
 * it can resume.
 */
final class RunFailure {
  private RunFailure() {}

  /** A segment failed in all attempts. */
  static PalimpsestException givenUp(
      PalimpsestException e, Optional<Checkpoint> from, int attempts) {
    if (e.kind() == Kind.CONFIGURATION) {
      return e; // It would happen again.
    }
    String where =
        from.map(checkpoint -> " Run the command again to continue from " + checkpoint.path() + ".")
            .orElse("");
    String message =
        "A segment of the training failed "
            + attempts
            + (attempts == 1 ? " time: " : " times: ")
            + e.getMessage()
            + where;
    return new PalimpsestException(e.kind(), message, e);
  }

  /** The loss was not finite in too many consecutive steps. */
  static PalimpsestException diverged(
      TrainingState state, int maxSkippedSteps, Optional<Checkpoint> good) {
    return new PalimpsestException(
        Kind.DIVERGED,
        "Training diverged at step "
            + state.step()
            + ", because the loss was not finite in "
            + maxSkippedSteps
            + " consecutive steps: lower schedule.peak or optimizer.clip-norm; "
            + lastGood(good));
  }

  /** A checkpoint could not be written. */
  static PalimpsestException unsaved(String why, Optional<Checkpoint> good) {
    return PalimpsestException.cluster(
        "The run stopped, because a checkpoint could not be written; "
            + lastGood(good)
            + " "
            + why);
  }

  private static String lastGood(Optional<Checkpoint> good) {
    return good.map(checkpoint -> "the last good checkpoint is " + checkpoint.path() + ".")
        .orElse("there is no checkpoint yet.");
  }
}
