package org.palimpsest.tasks.denoising;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.corpus.CorpusKryoRegistrator;
import org.palimpsest.training.SparkExtension;
import org.palimpsest.training.TrainingKryoRegistrator;
import org.palimpsest.training.config.Recipe;

/** A pre-training run in its own process, which {@link KilledOptimizersTest} kills. */
final class KilledPretraining {
  static final int KILLS = Integer.getInteger("palimpsest.kills", 3);

  /** Enough for all kills: the run makes some tens of steps between two kills. */
  static final int STEPS = 120 * KILLS;

  private static final String REGISTRATORS =
      CorpusKryoRegistrator.class.getName() + "," + TrainingKryoRegistrator.class.getName();

  private KilledPretraining() {}

  /**
   * A run of two replicas that are averaged every 2 steps, with checkpoints every 10.
   *
   * @param settings keys and values, with semicolons between them, over those of {@link SmallRuns}
   */
  static Recipe recipe(Path folder, String name, String settings) {
    return SmallRuns.recipe(folder, name)
        .with("training.steps=" + STEPS, "training.inner-steps=2", "checkpoint.every=10")
        .with("checkpoint.lease=5s", "training.timeout=30s")
        .with(settings.split(";"));
  }

  public static void main(String[] arguments) throws IOException {
    try (SparkSession spark = SparkExtension.start(REGISTRATORS)) {
      Path folder = Path.of(arguments[0]);
      SmallRuns.train(recipe(folder, arguments[1], arguments[2]), spark);
    }
  }
}
