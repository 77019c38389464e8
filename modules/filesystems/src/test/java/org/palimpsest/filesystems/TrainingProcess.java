package org.palimpsest.filesystems;

import java.io.IOException;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.corpus.CorpusKryoRegistrator;
import org.palimpsest.tasks.denoising.Pretraining;
import org.palimpsest.training.TrainingKryoRegistrator;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.event.RunListener;

/** Trains in a separate process, which {@link TrainingOnHdfsIT} kills. */
final class TrainingProcess {
  static final int STEPS = 80 * Integer.getInteger("palimpsest.kills", 3);

  private TrainingProcess() {}

  static SparkSession session() {
    return CorpusOn.session(
        Map.of("ipc.client.connect.max.retries", "0"),
        CorpusKryoRegistrator.class,
        TrainingKryoRegistrator.class);
  }

  /**
   * Two replicas that are averaged every 2 steps.
   *
   * @param root folder of corpus and runs, with its scheme
   * @param name of the run
   */
  static Recipe recipe(String root, String name) {
    return Recipe.defaults()
        .with(
            "run.directory=\"" + root + "/runs/" + name + "\"",
            "corpus.path=\"" + root + "/corpus\"",
            "engine=torch",
            "model { preset = tiny, positions = 64 }",
            "schedule.warm-up-steps=0",
            "training { workers = 2, batch-blocks = 4, micro-batch-blocks = 2 }",
            "training { aggregate = parameters, inner-steps = 2, timeout = 30s }",
            "training.steps=" + STEPS,
            "checkpoint { every = 8, lease = 5s }");
  }

  static void train(SparkSession spark, Recipe recipe) {
    Pretraining.open(recipe, spark).run(RunListener.none()).train();
  }

  public static void main(String[] arguments) throws IOException {
    try (SparkSession spark = session()) {
      train(spark, recipe(arguments[0], arguments[1]));
    }
  }
}
