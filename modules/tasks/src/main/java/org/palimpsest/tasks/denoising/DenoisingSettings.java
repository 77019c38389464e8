package org.palimpsest.tasks.denoising;

import java.io.Serializable;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.Numerics;
import org.palimpsest.model.optimizer.OptimizerSpec;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.objective.Objective;
import org.palimpsest.objective.Vocabulary;

/**
 * The parts of a recipe that decide how blocks become batches, and what computes on them.
 *
 * @param compute what computes
 * @param examples how a block becomes an example
 * @param batches how examples become the batches of a step
 * @param seed of the run
 */
record DenoisingSettings(Compute compute, Examples examples, Batches batches, long seed)
    implements Serializable {

  /**
   * What computes.
   *
   * @param engine name of the engine
   * @param model shape of the model
   * @param optimizer the inner optimizer
   * @param numerics precision and loss
   */
  record Compute(String engine, ModelSpec model, OptimizerSpec optimizer, Numerics numerics)
      implements Serializable {}

  /**
   * How a block becomes an example.
   *
   * @param objective what corrupts the block
   * @param vocabulary of the corpus
   * @param blockSize largest number of tokens of a block
   */
  record Examples(Objective objective, Vocabulary vocabulary, int blockSize)
      implements Serializable {}

  /**
   * How examples become the batches of a step.
   *
   * @param batchBlocks blocks of a global step, over all workers
   * @param microBatchBlocks blocks that a replica computes at once
   * @param workers number of replicas
   */
  record Batches(int batchBlocks, int microBatchBlocks, int workers) implements Serializable {
    Batches {
      if (batchBlocks < workers) {
        throw PalimpsestException.configuration(
            "training.batch-blocks is "
                + batchBlocks
                + ", which is less than one block for each of the "
                + workers
                + " workers of training.workers: raise it, or lower training.workers.");
      }
    }
  }

  DenoisingSettings {
    requirePositions(examples, compute.model());
  }

  /** The longest corrupted example must have a position in the model. */
  private static void requirePositions(Examples examples, ModelSpec model) {
    Objective objective = examples.objective();
    objective.corruptor(examples.vocabulary(), examples.blockSize());
    Objective.Lengths lengths = objective.lengths(examples.vocabulary(), examples.blockSize());
    int longest = Math.max(lengths.maxSource(), lengths.maxTarget());
    if (longest > model.positions()) {
      throw PalimpsestException.configuration(
          "The objective "
              + objective.name()
              + " makes sequences of up to "
              + longest
              + " tokens from blocks of "
              + examples.blockSize()
              + ", but model.positions is "
              + model.positions()
              + ": raise model.positions, or prepare shorter blocks (corpus.block-size).");
    }
  }

  String engine() {
    return compute.engine();
  }

  ModelSpec model() {
    return compute.model();
  }

  OptimizerSpec optimizer() {
    return compute.optimizer();
  }

  Objective objective() {
    return examples.objective();
  }

  Vocabulary vocabulary() {
    return examples.vocabulary();
  }

  int blockSize() {
    return examples.blockSize();
  }
}
