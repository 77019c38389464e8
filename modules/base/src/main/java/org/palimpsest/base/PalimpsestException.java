package org.palimpsest.base;

import java.util.Optional;

/**
 * A failure that a user can do something about. Its message is one sentence that says what is wrong
 * and what to do; its {@link Kind} decides the exit code of the process.
 *
 * <p>A sentence often quotes a file, which may come from anywhere: it stays one line without
 * control characters, and of a length that a log holds.
 */
public class PalimpsestException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Why the work stopped, with the exit code that says so. */
  public enum Kind {
    OTHER(1),
    CONFIGURATION(2),
    INPUT(3),
    DIVERGED(4),
    CLUSTER(5),
    TIME_LIMIT(6);

    private final int exitCode;

    Kind(int exitCode) {
      this.exitCode = exitCode;
    }

    public int exitCode() {
      return exitCode;
    }
  }

  private static final int LONGEST = 4000;

  private final Kind kind;

  public PalimpsestException(Kind kind, String message) {
    super(line(message));
    this.kind = kind;
  }

  public PalimpsestException(Kind kind, String message, Throwable cause) {
    super(line(message), cause);
    this.kind = kind;
  }

  private static String line(String message) {
    String line = Secrets.redacted(message).replaceAll("\\p{Cntrl}", " ");
    return line.length() > LONGEST ? line.substring(0, LONGEST) + "…" : line;
  }

  /** A setting that cannot work (exit code 2). */
  public static PalimpsestException configuration(String message) {
    return new PalimpsestException(Kind.CONFIGURATION, message);
  }

  /** Data that is missing, damaged or of the wrong kind (exit code 3). */
  public static PalimpsestException input(String message) {
    return new PalimpsestException(Kind.INPUT, message);
  }

  /** A cluster that lacks what the work needs, or lost it (exit code 5). */
  public static PalimpsestException cluster(String message) {
    return new PalimpsestException(Kind.CLUSTER, message);
  }

  /** The first of these exceptions in a chain of causes: Spark wraps what a task threw. */
  public static Optional<PalimpsestException> in(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof PalimpsestException known) {
        return Optional.of(known);
      }
    }
    return Optional.empty();
  }

  public final Kind kind() {
    return kind;
  }
}
