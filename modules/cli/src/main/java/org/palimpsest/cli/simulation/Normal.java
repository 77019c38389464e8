package org.palimpsest.cli.simulation;

import org.apache.commons.math3.distribution.NormalDistribution;

/** The standard normal distribution. */
final class Normal {
  private static final NormalDistribution STANDARD = new NormalDistribution(null, 0, 1);

  private Normal() {}

  /**
   * Approximates the mean of the largest of {@code count} independent values (Blom 1958); exact for
   * one value.
   */
  static double meanOfLargest(int count) {
    return count == 1 ? 0 : STANDARD.inverseCumulativeProbability((count - 0.375) / (count + 0.25));
  }
}
