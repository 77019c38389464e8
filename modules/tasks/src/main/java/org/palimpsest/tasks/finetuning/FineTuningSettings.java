package org.palimpsest.tasks.finetuning;

import java.io.Serializable;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.Numerics;
import org.palimpsest.model.optimizer.OptimizerSpec;

/**
 * How pairs become batches, and how they are computed.
 *
 * @param batchPairs pairs per global step, over all workers
 * @param microBatchPairs pairs that a replica computes at once
 * @param seed the run's seed
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
              + ", but must be at least training.workers = "
              + workers
              + ": raise it, or lower training.workers.");
    }
  }
}
