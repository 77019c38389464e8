package org.palimpsest.objective.text;

import org.palimpsest.base.PalimpsestException;

/** Checks of ranges. */
public final class Limits {
  private Limits() {}

  /** A share: a number in [0, 1]. */
  public static void share(String key, double value) {
    between(key, value, 0, 1);
  }

  public static void between(String key, double value, double least, double most) {
    if (!(value >= least && value <= most)) {
      throw PalimpsestException.configuration(
          key
              + " must lie between "
              + plain(least)
              + " and "
              + plain(most)
              + ", but is "
              + plain(value)
              + ".");
    }
  }

  private static String plain(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e9
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
