package org.palimpsest.corpus.spark;

import java.io.IOException;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.storage.Reason;

/** Converts failures of Spark jobs to messages for users. */
public final class Failures {
  /** The error of Linux and macOS when Spark's local disk is full. */
  private static final String NO_SPACE = "No space left on device";

  private Failures() {}

  /** Returns the message that a task raised for the user, or a general one for other failures. */
  public static PalimpsestException of(String work, Exception failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof PalimpsestException raised) {
        return new PalimpsestException(raised.kind(), raised.getMessage(), failure);
      }
      if (cause instanceof IOException && String.valueOf(cause.getMessage()).contains(NO_SPACE)) {
        return new PalimpsestException(
            PalimpsestException.Kind.CLUSTER,
            "The step \""
                + work
                + "\" failed ("
                + NO_SPACE
                + ")"
                + ": free disk space, or set spark.local.dir to a larger disk.",
            failure);
      }
    }
    return new PalimpsestException(
        PalimpsestException.Kind.OTHER,
        "The step \"" + work + "\" failed: " + Reason.of(failure) + ".",
        failure);
  }
}
