package org.palimpsest.pipeline;

import com.typesafe.config.ConfigUtil;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.config.CorpusSettings;
import org.palimpsest.corpus.prepare.Preparation;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.corpus.source.DatasetSource;
import org.palimpsest.corpus.source.TextSource;
import org.palimpsest.evaluation.Evaluation;
import org.palimpsest.evaluation.inference.TrainedModel;
import org.palimpsest.pipeline.progress.Restorations;
import org.palimpsest.pipeline.progress.Sample;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.tasks.denoising.Pretraining;
import org.palimpsest.training.config.Recipe;

/**
 * Pre-training on the texts of a DataFrame.
 *
 * @param isFresh whether the corpus is prepared again
 */
record TextRun(TrainingData data, Recipe given, boolean isFresh) {
  private static final String INPUT = "corpus.input";

  /** Prepares the corpus, or opens it if it has these texts. */
  PreparedRun open() {
    SparkSession spark = data.rows().sparkSession();
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    Recipe named = given.with(INPUT + " = " + ConfigUtil.quoteString(data.input()));
    Recipe recipe = isFresh ? named.fromScratch() : named.resumed(hadoop);
    CorpusSettings settings = Pretraining.corpusSettings(recipe, hadoop);
    TextSource source = new DatasetSource("dataframe", data.rows(), settings.reading());
    if (isFresh) {
      Corpus unused = Preparation.fresh(spark, settings, source);
    } else {
      refuseOtherTexts(settings, hadoop);
      Corpus unused = Preparation.run(spark, settings, source);
    }
    return new PreparedRun(
        listener -> Pretraining.open(recipe, spark).run(listener),
        () -> TrainedModel.newest(recipe, hadoop),
        model -> samples(recipe, spark, model));
  }

  private static List<Sample> samples(Recipe recipe, SparkSession spark, TrainedModel model) {
    return Evaluation.open(recipe, spark).restorations(model, Restorations.TEXTS).stream()
        .map(text -> Sample.of(text.source(), text.text(), text.original().orElse("")))
        .toList();
  }

  private void refuseOtherTexts(CorpusSettings settings, Configuration hadoop) {
    Path path = new Path(settings.path());
    Optional<String> before =
        new StoredFolder(path, hadoop).hasManifest()
            ? Optional.ofNullable(Corpus.open(path, hadoop).manifest().settings().get(INPUT))
            : Optional.empty();
    if (before.isPresent() && !before.get().equals(data.input())) {
      throw PalimpsestException.input(
          "The corpus %s was prepared from other data (%s) than this DataFrame (%s): give the same texts as before, set runDir to another folder, or set resume to fresh to start over."
              .formatted(path, before.get(), data.input()));
    }
  }
}
