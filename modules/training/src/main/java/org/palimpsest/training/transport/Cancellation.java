package org.palimpsest.training.transport;

import java.util.regex.Pattern;

/** Tells whether a Spark job was cancelled, as opposed to failed. */
public final class Cancellation {
  /** Spark's message for a job whose group, tag or stage was cancelled. */
  private static final Pattern CANCELLED =
      Pattern.compile("\\bJob \\d+ cancelled\\b(?! because SparkContext)");

  private Cancellation() {}

  /**
   * Whether an exception says that a job was cancelled, or that the thread that waited for it was
   * interrupted. Clears the interrupted status of this thread, because what follows writes files,
   * and an interrupt would prevent that.
   */
  public static boolean isCauseOf(Throwable failure) {
    boolean interrupted = Thread.interrupted();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof InterruptedException
          || CANCELLED.matcher(String.valueOf(cause.getMessage())).find()) {
        return true;
      }
    }
    return interrupted;
  }
}
