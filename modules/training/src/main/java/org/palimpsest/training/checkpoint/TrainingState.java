package org.palimpsest.training.checkpoint;

import java.io.Serializable;
import java.util.List;
import org.palimpsest.model.spec.ParameterLayout;

/**
 * Where a run stands: {@code state.json} of a checkpoint.
 *
 * @param parameters number of parameters
 * @param layoutVersion version of their order in the flat vector
 * @param step global steps that are done; the next one has this number
 * @param epoch the pass over the data to which the next step belongs
 * @param targetTokens target tokens learned from since the run began
 * @param rawTokens undamaged tokens read since the run began
 * @param skippedSteps worker steps whose update was left out
 * @param skippedInARow global steps without an update just before the checkpoint
 * @param seconds time spent in rounds since the run began
 * @param seed the run's seed: with the step, everything that chance needs
 * @param data fingerprint of the data
 * @param workers one for each worker; a single one when all have the same optimizer state
 * @param workerCount number of workers
 * @param bytesExchanged sent by all workers, for their exchanges, since the run began
 * @param outerState whether {@code outer.bin} holds the velocity of the outer optimizer
 */
public record TrainingState(
    long parameters,
    int layoutVersion,
    long step,
    long epoch,
    long targetTokens,
    long rawTokens,
    long skippedSteps,
    long skippedInARow,
    double seconds,
    long seed,
    String data,
    List<WorkerState> workers,
    int workerCount,
    long bytesExchanged,
    boolean outerState)
    implements Serializable {

  public TrainingState {
    workers = List.copyOf(workers);
  }

  /** Before the first step. */
  public static TrainingState beginning(long seed, String data) {
    return new TrainingState(
        0, ParameterLayout.VERSION, 0, 0, 0, 0, 0, 0, 0, seed, data, List.of(), 0, 0, false);
  }

  /** This state with what the workers have left. */
  public TrainingState withWorkers(List<WorkerState> left) {
    return new TrainingState(
        parameters,
        layoutVersion,
        step,
        epoch,
        targetTokens,
        rawTokens,
        skippedSteps,
        skippedInARow,
        seconds,
        seed,
        data,
        left,
        workerCount,
        bytesExchanged,
        outerState);
  }
}
