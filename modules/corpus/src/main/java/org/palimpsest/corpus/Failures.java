package org.palimpsest.corpus;

import org.palimpsest.objective.PalimpsestException;

/** What a user is told when a Spark job fails. */
final class Failures {
  private static final int LONGEST = 300;

  private Failures() {}

  /** The sentence that a task meant for the user, if there is one among the causes. */
  static PalimpsestException of(String work, Exception failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof PalimpsestException told) {
        return new PalimpsestException(told.kind(), told.getMessage(), failure);
      }
    }
    return new PalimpsestException(
        PalimpsestException.Kind.OTHER,
        "The step \"" + work + "\" failed: " + firstLine(failure) + ".",
        failure);
  }

  private static String firstLine(Exception failure) {
    String message = String.valueOf(failure.getMessage());
    String line = message.lines().findFirst().orElse("");
    return line.length() > LONGEST ? line.substring(0, LONGEST) + " …" : line;
  }
}
