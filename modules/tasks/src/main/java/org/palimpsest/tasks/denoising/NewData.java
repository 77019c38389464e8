package org.palimpsest.tasks.denoising;

import java.util.Optional;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.Section;
import org.palimpsest.corpus.read.BlockOrder;
import org.palimpsest.training.config.Recipe;

/**
 * How a run reads a corpus that may grow.
 *
 * @param choice what it does with new generations
 * @param mix share of earlier generations in a phase that begins because of new ones; empty if all
 *     generations together make up an epoch
 * @param order of the blocks
 * @param batchBlocks blocks per step over all workers
 */
record NewData(Choice choice, Optional<Double> mix, BlockOrder.Kind order, int batchBlocks) {

  /** The values of {@code training.on-new-data}. */
  enum Choice {
    /** Ends with a sentence. */
    REFUSE,
    /** Reads the generations that it has read so far. */
    KEEP,
    /** Begins a phase in which it reads all generations. */
    GROW
  }

  NewData {
    if (batchBlocks == 1 && mix.filter(share -> share > 0).isPresent()) {
      throw PalimpsestException.configuration(
          "corpus.mix needs at least 2 blocks in a step, but training.batch-blocks is 1: raise it,"
              + " or unset corpus.mix.");
    }
  }

  static NewData from(Recipe recipe, BlockOrder.Kind order) {
    Section training = new Section("training", recipe.section("training"));
    Section corpus = new Section("corpus", recipe.section("corpus"));
    return new NewData(
        training.choice("on-new-data", Choice.class),
        corpus.has("mix") ? Optional.of(corpus.fraction("mix")) : Optional.empty(),
        order,
        training.size("batch-blocks"));
  }

  /** Blocks of a step from earlier generations: at least one unless the share is 0, never all. */
  int replayed() {
    double share = mix.orElse(0.0);
    long nearest = Math.round(share * batchBlocks);
    return share == 0 ? 0 : (int) Math.max(1, Math.min(batchBlocks - 1, nearest));
  }
}
