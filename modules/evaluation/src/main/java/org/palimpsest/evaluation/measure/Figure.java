package org.palimpsest.evaluation.measure;

import org.palimpsest.evaluation.bootstrap.Estimate;

/**
 * A number that was measured.
 *
 * @param name what it is: {@code character error rate}
 * @param of what it was measured on: {@code typing errors}; empty if there is nothing to tell apart
 * @param at where on an axis: the strength of damage, or seconds of training; 0 without an axis
 * @param estimate its value, with an interval over documents if it is a mean over them
 */
public record Figure(String name, String of, double at, Estimate estimate) {
  /** The value. */
  public double value() {
    return estimate.value();
  }
}
