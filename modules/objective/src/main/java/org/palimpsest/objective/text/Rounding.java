package org.palimpsest.objective.text;

/** How shares become counts; the published objectives differ. */
public final class Rounding {
  /**
   * 0.3 · 10 is 3.0000000000000004 in binary; what lies so close above an integer is meant as it.
   */
  private static final double GUARD = 1e-9;

  private Rounding() {}

  /** Upward, as BART's budgets and sentence shares. */
  public static int up(double count) {
    return (int) Math.ceil(count - GUARD * Math.max(1.0, count));
  }

  /** Half to even, as T5 and MASS (TensorFlow, NumPy and Python round so). */
  public static int even(double count) {
    return (int) Math.rint(count);
  }
}
