package org.palimpsest.evaluation;

import java.io.Serializable;
import org.palimpsest.corpus.examples.TokenizedObjective;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.model.Device;
import org.palimpsest.objective.Objective;
import org.palimpsest.objective.Vocabulary;
import org.palimpsest.objective.preset.Objectives;
import org.palimpsest.training.config.Recipe;

/**
 * The settings of an evaluation.
 *
 * @param engine name of the engine
 * @param device where the engine computes
 * @param objective what corrupts the text
 * @param vocabulary vocabulary of the corpus
 * @param blockSize largest number of tokens of a block
 * @param seed of the noise
 * @param maxBlocks largest number of blocks to score
 * @param batchBlocks blocks to score at once
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

  /** The epoch of the noise, independent of the model's training. */
  static final long EPOCH = 0;

  static EvaluationSettings from(Recipe recipe, Corpus corpus) {
    return new EvaluationSettings(
        recipe.config().getString("engine"),
        Device.parse(recipe.config().getString("training.device")),
        TokenizedObjective.of(Objectives.parse(recipe.objective()), corpus.tokenizerFile()),
        corpus.vocabulary(),
        corpus.blockSize(),
        recipe.number("evaluation", "seed"),
        recipe.count("evaluation", "max-blocks"),
        Math.toIntExact(recipe.count("evaluation", "batch-blocks")));
  }
}
