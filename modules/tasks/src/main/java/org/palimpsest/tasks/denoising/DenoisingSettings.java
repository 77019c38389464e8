package org.palimpsest.tasks.denoising;

import java.io.Serializable;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.Numerics;
import org.palimpsest.model.optimizer.OptimizerSpec;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.objective.Objective;
import org.palimpsest.objective.Vocabulary;

/**
 * What of a recipe decides how blocks become batches, and what computes on them.
 *
 * @param batchBlocks blocks of a global step, over all workers
 * @param microBatchBlocks blocks that a replica computes at once
 * @param seed the run's
 */
record DenoisingSettings(
    String engine,
    ModelSpec model,
    OptimizerSpec optimizer,
    Numerics numerics,
    Objective objective,
    Vocabulary vocabulary,
    int blockSize,
    int batchBlocks,
    int microBatchBlocks,
    int workers,
    long seed)
    implements Serializable {

  DenoisingSettings {
    if (batchBlocks < workers) {
      throw PalimpsestException.configuration(
          "training.batch-blocks is "
              + batchBlocks
              + ", which is not one block for each of training.workers "
              + workers
              + ": raise it, or lower the workers.");
    }
    requirePositions(objective, vocabulary, blockSize, model);
  }

  /** The longest damaged example must have a position in the model. */
  private static void requirePositions(
      Objective objective, Vocabulary vocabulary, int blockSize, ModelSpec model) {
    objective.corruptor(vocabulary, blockSize);
    Objective.Lengths lengths = objective.lengths(vocabulary, blockSize);
    int longest = Math.max(lengths.maxSource(), lengths.maxTarget());
    if (longest > model.positions()) {
      throw PalimpsestException.configuration(
          "Blocks of "
              + blockSize
              + " tokens become sequences of up to "
              + longest
              + " under the objective "
              + objective.name()
              + ", but model.positions is "
              + model.positions()
              + ": raise model.positions, or prepare shorter blocks.");
    }
  }
}
