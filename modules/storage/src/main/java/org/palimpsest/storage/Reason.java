package org.palimpsest.storage;

import java.nio.file.AccessDeniedException;
import java.util.List;
import java.util.stream.Stream;

/** The reason of a file system failure, as the end of a sentence. */
public final class Reason {
  private static final int LONGEST = 300;
  private static final int LONGEST_QUOTE = 80;

  /** Packages of the exceptions of the S3 clients, on which no module here depends. */
  private static final List<String> S3 =
      List.of("org.apache.hadoop.fs.s3a.", "software.amazon.awssdk.", "com.amazonaws.");

  private static final String S3_SETTINGS =
      "fs.s3a.access.key and fs.s3a.secret.key (or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY)";

  /** What operating systems say. */
  private static final List<String> NO_SPACE =
      List.of("No space left on device", "Disk quota exceeded", "not enough space on the disk");

  /** What Hadoop's clients and servers say. */
  private static final List<String> NO_TICKET =
      List.of(
          "Client cannot authenticate via:",
          "GSS initiate failed",
          "Failed to find any Kerberos tgt");

  private static final List<String> NO_KERBEROS = List.of("SIMPLE authentication is not enabled");

  private Reason() {}

  /**
   * The first line of the failure's message, without a period. Access errors of S3 and Kerberos get
   * a message that says what to set.
   */
  public static String of(Throwable failure) {
    if (says(failure, NO_KERBEROS)) {
      return "the file system asks for Kerberos: set hadoop.security.authentication to kerberos";
    }
    if (isWithoutTicket(failure)) {
      return "Hadoop uses Kerberos, and this process has no valid ticket: run kinit, or submit with"
          + " --principal and --keytab";
    }
    if (!deniedByS3(failure)) {
      return firstLine(failure);
    }
    return causes(failure).anyMatch(Reason::isWithoutCredentials)
        ? "no credentials for S3 are set: set " + S3_SETTINGS
        : "S3 rejects the credentials, or does not permit this operation with them: check "
            + S3_SETTINGS
            + ", fs.s3a.endpoint.region, and the bucket's policy";
  }

  /** A text of a file, for a message: one line, not too long. */
  public static String quoted(String text) {
    String line = text.replaceAll("\\p{Cntrl}", "?");
    return line.length() > LONGEST_QUOTE ? line.substring(0, LONGEST_QUOTE) + "…" : line;
  }

  /** Whether a disk is full, or a quota is used up. */
  public static boolean isNoSpace(Throwable failure) {
    return causes(failure)
        .anyMatch(
            cause ->
                NO_SPACE.stream().anyMatch(String.valueOf(cause.getMessage())::contains)
                    || cause.getClass().getSimpleName().endsWith("QuotaExceededException"));
  }

  private static boolean isWithoutTicket(Throwable failure) {
    return says(failure, NO_TICKET)
        || causes(failure)
            .anyMatch(cause -> cause.getClass().getSimpleName().equals("KerberosAuthException"));
  }

  private static boolean says(Throwable failure, List<String> texts) {
    return causes(failure)
        .anyMatch(cause -> texts.stream().anyMatch(String.valueOf(cause.getMessage())::contains));
  }

  private static boolean deniedByS3(Throwable failure) {
    return causes(failure).anyMatch(AccessDeniedException.class::isInstance)
        && causes(failure).anyMatch(Reason::isOfS3);
  }

  private static boolean isOfS3(Throwable cause) {
    return S3.stream().anyMatch(cause.getClass().getName()::startsWith);
  }

  private static boolean isWithoutCredentials(Throwable cause) {
    return cause.getClass().getSimpleName().matches("NoA.*Credentials.*|NoAuthWithAWS.*");
  }

  private static Stream<Throwable> causes(Throwable failure) {
    return Stream.iterate(failure, cause -> cause != null, Throwable::getCause);
  }

  private static String firstLine(Throwable failure) {
    String message = failure.getMessage();
    if (failure instanceof AccessDeniedException denied && denied.getReason() == null) {
      message = "Permission denied";
    } else if (message == null) {
      message = failure.getClass().getSimpleName();
    }
    String first = message.lines().findFirst().orElse("").strip();
    String sentence = first.endsWith(".") ? first.substring(0, first.length() - 1) : first;
    String line = sentence.replaceAll("\\p{Cntrl}", "?");
    return line.length() > LONGEST ? line.substring(0, LONGEST) + " …" : line;
  }
}
