package org.palimpsest.evaluation.measure;

import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.evaluation.inference.TrainedModel;
import org.palimpsest.training.config.Recipe;

/**
 * What is measured, and on what.
 *
 * @param recipe of the model's run; of a baseline, the one that its study shares
 * @param spark session whose tasks compute
 * @param corpus whose held-out texts are used
 * @param by what restores texts
 */
public record Subject(Recipe recipe, SparkSession spark, Corpus corpus, By by) {

  /** What restores texts. */
  public sealed interface By permits Model, Copy, Dictionary {}

  /** A trained model. */
  public record Model(TrainedModel model) implements By {}

  /** The baseline that returns every text as it is. */
  public record Copy() implements By {}

  /** The baseline that replaces unknown words by known ones; see {@link DictionaryCorrector}. */
  public record Dictionary() implements By {}

  Configuration hadoop() {
    return spark.sparkContext().hadoopConfiguration();
  }

  /** Seed of the noise, which is the same for all models. */
  long noiseSeed() {
    return recipe.number("evaluation", "seed");
  }
}
