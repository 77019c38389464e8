package org.palimpsest.model;

import java.io.Serializable;

/**
 * A sum of losses before the division by their weight: sums add up exactly over micro-batches and
 * workers, means do not.
 *
 * @param loss sum over the counted target positions, in nats
 * @param weight sum of the loss weights, usually the number of counted target tokens
 */
public record LossSum(double loss, double weight) implements Serializable {
  public static final LossSum ZERO = new LossSum(0, 0);

  /** The sum over both. */
  public LossSum plus(LossSum other) {
    return new LossSum(loss + other.loss, weight + other.weight);
  }

  /** Loss per counted target token; 0 when nothing was counted. */
  public double mean() {
    return weight == 0 ? 0 : loss / weight;
  }
}
