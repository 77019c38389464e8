package org.palimpsest.tasks.finetuning;

import java.io.Serializable;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.Numerics;
import org.palimpsest.model.optimizer.OptimizerSpec;

/**
 * What of a recipe decides how pairs become batches, and what computes on them.
 *
 * @param batchPairs pairs of a global step, over all workers
 * @param microBatchPairs pairs that a replica computes at once
 * @param seed the run's
 */
record FineTuningSettings(
    String engine,
    OptimizerSpec optimizer,
    Numerics numerics,
    PairFrame frame,
    int batchPairs,
    int microBatchPairs,
    int workers,
    long seed)
    implements Serializable {

  FineTuningSettings {
    if (batchPairs < workers) {
      throw PalimpsestException.configuration(
          "training.batch-blocks is "
              + batchPairs
              + ", which is not one pair for each of training.workers "
              + workers
              + ": raise it, or lower the workers.");
    }
  }
}
