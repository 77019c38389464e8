package org.palimpsest.tasks.denoising;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.corpus.prepare.Preparation;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.evaluation.inference.Exporter;
import org.palimpsest.evaluation.inference.TrainedModel;
import org.palimpsest.model.HeapVector;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.event.RunListener;

/** A trained run, and its model in a folder, from which other runs begin. */
abstract class InitialModelSetup {
  /** With steps this small, the first checkpoint still has the initial parameters. */
  static final String[] ONE_STEP = {
    "training.steps=1",
    "schedule.kind=constant",
    "schedule.peak=1e-12",
    "training.workers=1",
    "optimizer.weight-decay=0"
  };

  @TempDir static Path folder;
  static TrainedModel model;
  static float[] trained;

  final SparkSession spark;
  final Configuration hadoop;

  InitialModelSetup(SparkSession spark) {
    this.spark = spark;
    this.hadoop = spark.sparkContext().hadoopConfiguration();
  }

  @BeforeAll
  static void trainAndExport(SparkSession spark) throws IOException {
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    Recipe recipe =
        recipe("trained", "corpus.input=\"" + SmallRuns.write(folder) + "\"", "objective=mass");
    Corpus unused = Preparation.run(spark, Pretraining.corpusSettings(recipe, hadoop));
    Pretraining.open(recipe, spark).run(RunListener.none()).train();
    model = TrainedModel.newest(recipe, hadoop);
    Exporter.export(model, hadoopPath("model"), hadoop);
    HeapVector all = new HeapVector(Math.toIntExact(ParameterLayout.of(model.spec()).size()));
    model.weights().read(all);
    trained = all.values();
  }

  static org.apache.hadoop.fs.Path hadoopPath(String name) {
    return new org.apache.hadoop.fs.Path(folder.resolve(name).toString());
  }

  static Recipe recipe(String name, String... more) {
    return SmallRuns.recipe(folder, name).with("tokenizer.train.sentinels=0").with(more);
  }

  static Recipe begun(String from, String name, String... more) {
    return recipe(name, ONE_STEP)
        .with("objective=text-infilling", "model.from=\"" + folder.resolve(from) + "\"")
        .with(more);
  }

  Checkpoint train(Recipe recipe) {
    return SmallRuns.train(recipe, spark);
  }

  Corpus prepare(Recipe recipe) {
    return Preparation.run(spark, Pretraining.corpusSettings(recipe, hadoop));
  }
}
