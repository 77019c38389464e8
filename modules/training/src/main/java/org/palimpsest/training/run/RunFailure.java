package org.palimpsest.training.run;

import java.util.Optional;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.PalimpsestException.Kind;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.checkpoint.TrainingState;

/** Why a run stops before its end; the sentences name the checkpoint from which it can resume. */
final class RunFailure {
  private RunFailure() {}

  /** A segment failed as often as it may be tried. */
  static PalimpsestException givenUp(
      PalimpsestException e, Optional<Checkpoint> from, int attempts) {
    if (e.kind() == Kind.CONFIGURATION) {
      return e; // It would only happen again.
    }
    String where =
        from.map(checkpoint -> " Run again, it goes on from " + checkpoint.path() + ".").orElse("");
    String message =
        "A segment of the training failed " + attempts + " times: " + e.getMessage() + where;
    return new PalimpsestException(e.kind(), message, e);
  }

  /** The loss was no number for too many steps in a row. */
  static PalimpsestException diverged(
      TrainingState state, int maxSkippedSteps, Optional<Checkpoint> good) {
    return new PalimpsestException(
        Kind.DIVERGED,
        "Training diverged at step "
            + state.step()
            + ": the loss was no number for "
            + maxSkippedSteps
            + " steps in a row; lower schedule.peak or optimizer.clip-norm; "
            + lastGood(good));
  }

  /** A checkpoint could not be written. */
  static PalimpsestException unsaved(String why, Optional<Checkpoint> good) {
    return PalimpsestException.cluster(
        "A checkpoint could not be written, and the run has stopped; "
            + lastGood(good)
            + " The reason: "
            + why);
  }

  private static String lastGood(Optional<Checkpoint> good) {
    return good.map(checkpoint -> "the last good checkpoint is " + checkpoint.path() + ".")
        .orElse("there is no checkpoint yet.");
  }
}
