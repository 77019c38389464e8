package org.palimpsest.tasks.denoising;

import java.io.Serializable;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.objective.Objective;
import org.palimpsest.objective.Vocabulary;
import org.palimpsest.tasks.BatchSettings;
import org.palimpsest.tasks.ReplicaSettings;

/**
 * How blocks become examples and batches, and how replicas compute them.
 *
 * @param replica how a replica is computed
 * @param examples how a block becomes an example
 * @param batches how examples become batches
 */
record DenoisingSettings(ReplicaSettings replica, Examples examples, BatchSettings batches)
    implements Serializable {

  /**
   * How a block becomes an example.
   *
   * @param objective denoising objective
   * @param vocabulary vocabulary of the corpus
   * @param blockSize largest number of tokens in a block
   */
  record Examples(Objective objective, Vocabulary vocabulary, int blockSize)
      implements Serializable {}

  DenoisingSettings {
    requirePositions(examples, replica.model());
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

  ModelSpec model() {
    return replica.model();
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

  long seed() {
    return replica.seed();
  }
}
