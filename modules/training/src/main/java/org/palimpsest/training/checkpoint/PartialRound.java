package org.palimpsest.training.checkpoint;

import java.io.Serializable;
import java.util.List;

/**
 * What workers have done of a round in which the run stopped.
 *
 * @param steps inner steps
 * @param skippedSteps steps among them without an update
 * @param weight target tokens that counted in the loss
 */
public record PartialRound(long steps, long skippedSteps, double weight) implements Serializable {
  /** A round that has not begun. */
  public static final PartialRound NONE = new PartialRound(0, 0, 0);

  /** Whether there is such a round. */
  public boolean hasBegun() {
    return steps > 0;
  }

  /** The sum over workers. */
  static PartialRound sum(List<PartialRound> workers) {
    return workers.stream()
        .reduce(
            NONE,
            (a, b) ->
                new PartialRound(
                    a.steps + b.steps, a.skippedSteps + b.skippedSteps, a.weight + b.weight));
  }
}
