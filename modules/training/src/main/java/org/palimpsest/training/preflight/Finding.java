package org.palimpsest.training.preflight;

/**
 * What a check has found.
 *
 * @param check what was looked at, in a word or two
 * @param verdict how it stands
 * @param sentence what was found; for a failure also the setting to change
 */
public record Finding(String check, Verdict verdict, String sentence) {

  /** How what was looked at stands. */
  public enum Verdict {
    OK,
    WARN,
    FAIL
  }

  public static Finding ok(String check, String sentence) {
    return new Finding(check, Verdict.OK, sentence);
  }

  public static Finding warn(String check, String sentence) {
    return new Finding(check, Verdict.WARN, sentence);
  }

  public static Finding fail(String check, String sentence) {
    return new Finding(check, Verdict.FAIL, sentence);
  }

  public boolean isFailure() {
    return verdict == Verdict.FAIL;
  }
}
