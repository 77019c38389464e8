package org.palimpsest.tasks;

import java.io.Serializable;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.Section;
import org.palimpsest.training.config.Recipe;

/**
 * How examples become the batches of a step.
 *
 * @param examples examples per global step, over all workers
 * @param microBatch largest number of examples in a batch
 * @param workers number of replicas
 * @param lostWeight weight of the loss of a target token that the corruption damaged
 */
public record BatchSettings(int examples, int microBatch, int workers, LostWeight lostWeight)
    implements Serializable {

  public BatchSettings {
    if (examples < workers) {
      throw PalimpsestException.configuration(
          "training.batch-blocks is "
              + examples
              + ", but must be at least training.workers = "
              + workers
              + ": raise it, or lower training.workers.");
    }
  }

  /**
   * Reads the section {@code training} of a recipe.
   *
   * @throws PalimpsestException of kind CONFIGURATION if a worker would have no example
   */
  public static BatchSettings from(Recipe recipe) {
    Section training = new Section("training", recipe.section("training"));
    return new BatchSettings(
        training.size("batch-blocks"),
        microBatch(training),
        training.size("workers"),
        LostWeight.from(recipe));
  }

  /** With {@code auto} all: the engine divides a batch by what its device holds. */
  private static int microBatch(Section training) {
    String key = "micro-batch-blocks";
    return training.text(key).equals("auto") ? Integer.MAX_VALUE : training.size(key);
  }

  /**
   * Returns the epoch of a step.
   *
   * @param epochExamples examples per epoch
   */
  public long epoch(long step, long epochExamples) {
    return Math.multiplyExact(step, (long) examples) / epochExamples;
  }
}
