package org.palimpsest.evaluation.bootstrap;

import com.fasterxml.jackson.annotation.JsonValue;
import java.io.Serializable;

/**
 * An interval that covers a value with a probability of {@link Bootstrap#LEVEL}; in JSON a list of
 * two numbers.
 *
 * @param low its lower end
 * @param high its upper end
 */
public record Interval(double low, double high) implements Serializable {
  /** Whether it has this value. */
  public boolean contains(double value) {
    return low <= value && value <= high;
  }

  @JsonValue
  private double[] json() {
    return new double[] {low, high};
  }
}
