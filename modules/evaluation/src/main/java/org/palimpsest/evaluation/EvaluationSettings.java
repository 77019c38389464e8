package org.palimpsest.evaluation;

import java.io.Serializable;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.model.Device;
import org.palimpsest.objective.Objective;
import org.palimpsest.objective.Vocabulary;
import org.palimpsest.objective.preset.Objectives;
import org.palimpsest.training.config.Recipe;

/**
 * How an evaluation is made.
 *
 * @param engine what computes
 * @param device where
 * @param objective what damages the text
 * @param vocabulary the corpus'
 * @param blockSize the longest block
 * @param seed of the noise
 * @param maxBlocks at most so many blocks are looked at
 * @param batchBlocks scored at once
 */
record EvaluationSettings(
    String engine,
    Device device,
    Objective objective,
    Vocabulary vocabulary,
    int blockSize,
    long seed,
    long maxBlocks,
    int batchBlocks)
    implements Serializable {

  /** The noise is that of this epoch, whatever the model was trained through. */
  static final long EPOCH = 0;

  static EvaluationSettings from(Recipe recipe, Corpus corpus) {
    return new EvaluationSettings(
        recipe.config().getString("engine"),
        Device.parse(recipe.config().getString("training.device")),
        Objectives.parse(recipe.objective()),
        corpus.vocabulary(),
        corpus.blockSize(),
        recipe.number("evaluation", "seed"),
        recipe.count("evaluation", "max-blocks"),
        Math.toIntExact(recipe.count("evaluation", "batch-blocks")));
  }
}
