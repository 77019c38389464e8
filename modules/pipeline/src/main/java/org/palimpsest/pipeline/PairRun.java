package org.palimpsest.pipeline;

import com.typesafe.config.ConfigUtil;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.evaluation.inference.TrainedModel;
import org.palimpsest.pipeline.progress.Restorations;
import org.palimpsest.pipeline.progress.Sample;
import org.palimpsest.tasks.finetuning.FineTuning;
import org.palimpsest.training.config.Recipe;

/**
 * Fine-tuning on the pairs of a DataFrame.
 *
 * @param isFresh whether the pairs are encoded again
 */
record PairRun(TrainingData data, Recipe given, boolean isFresh) {
  private static final String INPUT = "finetune.input";

  /** Encodes the pairs, or opens them if they are these. */
  PreparedRun open() {
    SparkSession spark = data.rows().sparkSession();
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    Recipe recipe = given.with(INPUT + " = [" + ConfigUtil.quoteString(data.input()) + "]");
    if (isFresh) {
      FineTuning.startOver(recipe, hadoop);
    } else {
      refuseOtherPairs(hadoop);
    }
    FineTuning tuning = FineTuning.open(recipe, spark, data.rows());
    return new PreparedRun(tuning::run, tuning::newest, model -> samples(tuning, model));
  }

  private static List<Sample> samples(FineTuning tuning, TrainedModel model) {
    return tuning.samples(model, Restorations.TEXTS).stream()
        .map(pair -> Sample.of(pair.source(), pair.written(), pair.wanted()))
        .toList();
  }

  private void refuseOtherPairs(Configuration hadoop) {
    Optional<String> before = FineTuning.encodedInput(given, hadoop);
    if (before.isPresent() && !before.get().equals(data.input())) {
      throw PalimpsestException.input(
          "The pairs of the run %s were encoded from other data (%s) than this DataFrame (%s): give the same pairs as before, set runDir to another folder, or set resume to fresh to start over."
              .formatted(given.directory(), before.get(), data.input()));
    }
  }
}
