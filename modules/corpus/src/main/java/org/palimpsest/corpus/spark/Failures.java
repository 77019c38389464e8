package org.palimpsest.corpus.spark;

import java.io.IOException;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.storage.Reason;

/** What a user is told when a Spark job fails. */
public final class Failures {
  /** What Linux and macOS say when Spark's scratch disk is full. */
  private static final String NO_SPACE = "No space left on device";

  private Failures() {}

  /** The sentence that a task meant for the user, if there is one among the causes. */
  public static PalimpsestException of(String work, Exception failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof PalimpsestException told) {
        return new PalimpsestException(told.kind(), told.getMessage(), failure);
      }
      if (cause instanceof IOException && String.valueOf(cause.getMessage()).contains(NO_SPACE)) {
        return new PalimpsestException(
            PalimpsestException.Kind.CLUSTER,
            "The step \""
                + work
                + "\" failed: "
                + NO_SPACE
                + "; free some, or set spark.local.dir to a larger disk.",
            failure);
      }
    }
    return new PalimpsestException(
        PalimpsestException.Kind.OTHER,
        "The step \"" + work + "\" failed: " + Reason.of(failure) + ".",
        failure);
  }
}
