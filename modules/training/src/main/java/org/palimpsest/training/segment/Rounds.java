package org.palimpsest.training.segment;

import java.io.Serializable;
import org.palimpsest.training.config.TrainingSettings.Aggregate;

/**
 * Where rounds, checkpoints and evaluations lie among the global steps. All of it is a function of
 * the step alone, so that it is the same wherever a run was interrupted: rounds end at the same
 * steps, and a checkpoint stands at the end of the round that reaches a multiple of its interval.
 *
 * @param aggregate what the workers exchange
 * @param innerSteps steps of a round
 * @param synchronousSteps steps of the whole run, from its first, that are made with joint
 *     gradients whatever {@code aggregate} says
 * @param checkpointEvery steps between checkpoints
 * @param evaluationEvery steps between evaluations; {@link Long#MAX_VALUE} for none
 */
public record Rounds(
    Aggregate aggregate,
    int innerSteps,
    long synchronousSteps,
    long checkpointEvery,
    long evaluationEvery)
    implements Serializable {

  /** Whether all workers make the step together, with the gradient of the joined batch. */
  public boolean isSynchronous(long step) {
    return aggregate == Aggregate.GRADIENTS || step < synchronousSteps;
  }

  /** Where the round that contains a step ends. */
  long endOfRound(long step) {
    if (step < synchronousSteps) {
      return step + 1;
    }
    long rounds = (step - synchronousSteps) / innerSteps + 1;
    return synchronousSteps + rounds * innerSteps;
  }

  /** Whether a checkpoint is due when a round has gone from one step to another. */
  public boolean checkpointDue(long before, long after) {
    return passes(checkpointEvery, before, after);
  }

  /** The end of the first round after a step at which a checkpoint is due. */
  public long nextCheckpoint(long step) {
    return next(checkpointEvery, step);
  }

  /** The end of the first round after a step at which an evaluation is due. */
  public long nextEvaluation(long step) {
    return evaluationEvery == Long.MAX_VALUE ? Long.MAX_VALUE : next(evaluationEvery, step);
  }

  private long next(long every, long step) {
    long multiple = (step / every + 1) * every;
    return endOfRound(multiple - 1);
  }

  private static boolean passes(long every, long before, long after) {
    return after / every > before / every;
  }
}
