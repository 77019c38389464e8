package org.palimpsest.evaluation;

import java.io.Serializable;

/**
 * The score of some target positions.
 *
 * @param positions number of positions
 * @param loss nats per position
 * @param accuracy share of positions where the most probable token is the true one
 */
public record PositionScore(long positions, double loss, double accuracy) implements Serializable {

  static PositionScore of(long positions, double lossSum, long correct) {
    return positions == 0
        ? new PositionScore(0, 0, 0)
        : new PositionScore(positions, lossSum / positions, (double) correct / positions);
  }
}
