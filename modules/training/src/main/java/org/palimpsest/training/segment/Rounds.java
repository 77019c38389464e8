package org.palimpsest.training.segment;

import java.io.Serializable;
import org.palimpsest.training.config.TrainingSettings.Aggregate;

/**
 * The global steps at which rounds end and at which checkpoints and evaluations are due. They
 * depend on the step alone, not on where a run was interrupted. A checkpoint is due at the end of
 * the round that reaches a multiple of its interval; so is an evaluation.
 *
 * @param aggregate what the workers exchange
 * @param innerSteps steps of each worker in a round
 * @param synchronousSteps first steps of the run that sum gradients in any case
 * @param checkpointEvery steps between checkpoints
 * @param evaluationEvery steps between evaluations; {@link Long#MAX_VALUE} if there are none
 */
public record Rounds(
    Aggregate aggregate,
    int innerSteps,
    long synchronousSteps,
    long checkpointEvery,
    long evaluationEvery)
    implements Serializable {

  /** Whether all workers make this step with the gradient of the joint batch. */
  public boolean isSynchronous(long step) {
    return aggregate == Aggregate.GRADIENTS || step < synchronousSteps;
  }

  /** The end of the round that contains a step. */
  long endOfRound(long step) {
    if (step < synchronousSteps) {
      return step + 1;
    }
    long rounds = (step - synchronousSteps) / innerSteps + 1;
    return synchronousSteps + rounds * innerSteps;
  }

  /** Whether a checkpoint is due after a round from one step to another. */
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
