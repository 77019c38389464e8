package org.palimpsest.base;

import java.util.regex.Pattern;

/**
 * Redacts secrets wherever a configuration, a path or a message is printed or stored: the values of
 * keys that name a secret, and the user information and secret parameters of addresses.
 */
public final class Secrets {
  /** Replaces a secret. */
  public static final String REDACTED = "(redacted)";

  /** Spark's default pattern and more; {@code conf/spark-defaults.conf} has the same words. */
  private static final Pattern KEY =
      Pattern.compile(
          "secret|passw(or)?d|passphrase|token|credential|signature|webhook"
              + "|(access|account|api|private|shared)[._-]?key",
          Pattern.CASE_INSENSITIVE);

  /** Keys about tokens of text; the only ones with that word which are not secrets. */
  private static final Pattern TEXT_TOKEN =
      Pattern.compile(
          "tokeniz\\w*|(special|mode|max-source|max-target)-tokens?", Pattern.CASE_INSENSITIVE);

  /**
   * User information: with a password in any address, also with a slash in a secret of S3; without
   * one in those of S3 and the web. An address of Azure has its container there: {@code
   * abfs://data@host}.
   */
  private static final Pattern USER =
      Pattern.compile(
          "\\b(s3[an]?://)[^\\s@/\"'?#:]*:[^\\s@\"'?#]*@"
              + "|\\b((?:s3[an]?|https?|ftps?)://)[^\\s@/\"'?#]+@"
              + "|\\b([a-z][a-z0-9+.-]*://)[^\\s@/\"'?#:]*:[^\\s@/\"'?#]*@",
          Pattern.CASE_INSENSITIVE);

  /** A parameter of an address: {@code ?sig=}, {@code &X-Amz-Signature=}, {@code ;password=}. */
  private static final Pattern PARAMETER =
      Pattern.compile(
          "([?&;][^\\s=&;\"']*(?:sig|secret|passw|pwd|token|credential|auth|key)[^\\s=&;\"']*=)"
              + "[^\\s&;\"'#]+",
          Pattern.CASE_INSENSITIVE);

  private Secrets() {}

  /** Whether the value of a key is a secret. Not weaker than Spark's default pattern. */
  public static boolean isSecret(String key) {
    return KEY.matcher(TEXT_TOKEN.matcher(key).replaceAll("")).find();
  }

  /** A text with the secrets of its addresses redacted. */
  public static String redacted(String text) {
    if (text.indexOf("://") < 0 && text.indexOf('=') < 0) {
      return text;
    }
    String withoutUsers = USER.matcher(text).replaceAll("$1$2$3" + REDACTED + "@");
    return PARAMETER.matcher(withoutUsers).replaceAll("$1" + REDACTED);
  }

  /** The value of a key for a message. */
  public static String shown(String key, Object value) {
    return isSecret(key) ? REDACTED : redacted(String.valueOf(value));
  }
}
