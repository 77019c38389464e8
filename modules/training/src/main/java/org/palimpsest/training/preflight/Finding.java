package org.palimpsest.training.preflight;

/**
 * The result of a check.
 *
 * @param check name of the check
 * @param verdict whether a run can start
 * @param sentence what the check found; for a warning or a failure also the setting to change
 */
public record Finding(String check, Verdict verdict, String sentence) {

  /** Whether a run can start. */
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
