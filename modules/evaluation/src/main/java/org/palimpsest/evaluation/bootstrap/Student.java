package org.palimpsest.evaluation.bootstrap;

/** How much wider than the normal distribution a mean of few values varies. */
final class Student {
  private Student() {}

  /**
   * The share of samples to leave out at each end, so that a percentile interval of {@code count}
   * values is as wide as one with Student's t: Φ(−√(n / (n − 1)) · t).
   *
   * @param tail probability beyond one end, below one half
   */
  static double tail(double tail, int count) {
    double t = quantile(1 - tail, count - 1);
    return normal(-Math.sqrt(count / (count - 1.0)) * t);
  }

  /**
   * The quantile of Student's t: exact for one and two degrees of freedom, otherwise expanded at
   * the normal quantile (Abramowitz and Stegun, 26.7.5), within 0.01 for three and more at 97.5 %.
   */
  static double quantile(double share, int freedom) {
    if (freedom == 1) {
      return Math.tan(Math.PI * (share - 0.5));
    }
    if (freedom == 2) {
      return (2 * share - 1) * Math.sqrt(2 / (4 * share * (1 - share)));
    }
    double z = normalQuantile(share);
    double z2 = z * z;
    double first = z * (z2 + 1) / 4;
    double second = z * ((5 * z2 + 16) * z2 + 3) / 96;
    double third = z * (((3 * z2 + 19) * z2 + 17) * z2 - 15) / 384;
    double fourth = z * ((((79 * z2 + 776) * z2 + 1482) * z2 - 1920) * z2 - 945) / 92160;
    return z + (first + (second + (third + fourth / freedom) / freedom) / freedom) / freedom;
  }

  /** The quantile of the normal distribution, by bisection. */
  static double normalQuantile(double share) {
    double low = -9;
    double high = 9;
    for (int step = 0; step < 60; step++) {
      double middle = (low + high) / 2;
      if (normal(middle) < share) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (low + high) / 2;
  }

  /**
   * The normal distribution function, with an error below 1e-7 (Abramowitz and Stegun, 26.2.17).
   */
  static double normal(double x) {
    double t = 1 / (1 + 0.2316419 * Math.abs(x));
    double polynomial =
        t
            * (0.319381530
                + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
    double beyond = Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI) * polynomial;
    return x > 0 ? 1 - beyond : beyond;
  }
}
