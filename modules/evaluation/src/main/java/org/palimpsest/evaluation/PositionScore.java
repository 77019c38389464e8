package org.palimpsest.evaluation;

import java.io.Serializable;

/**
 * How well some target positions were told.
 *
 * @param positions how many there were
 * @param loss nats a position
 * @param accuracy share at which the most probable token is the true one
 */
public record PositionScore(long positions, double loss, double accuracy) implements Serializable {

  static PositionScore of(long positions, double lossSum, long correct) {
    return positions == 0
        ? new PositionScore(0, 0, 0)
        : new PositionScore(positions, lossSum / positions, (double) correct / positions);
  }
}
