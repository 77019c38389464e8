package org.palimpsest.training.run;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.training.Census;
import org.palimpsest.training.SparkExtension;
import org.palimpsest.training.ToyRuns;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.workload.Workload;

/** A training run in its own process, which {@link KillTest} kills. */
final class KilledRun {
  static final int KILLS = Integer.getInteger("palimpsest.kills", 3);

  /** Enough for all kills: the run makes about ten steps between two kills. */
  static final int STEPS = 20 * KILLS;

  private static final long PAUSE_MS = 25;

  private KilledRun() {}

  static Recipe recipe(ToyRuns runs, String name, String transport) {
    return runs.recipe(name, "training.workers=2", "training.steps=" + STEPS)
        .with("training.transport=" + transport, "training.aggregate=parameters")
        .with("training.inner-steps=2", "checkpoint.every=4", "training.compression=none")
        .with("training.outer.learning-rate=1.0", "schedule.peak=" + Census.BATCH)
        .with("checkpoint.lease=5s");
  }

  static Workload<?> workload() {
    return new Census(STEPS, PAUSE_MS);
  }

  public static void main(String[] arguments) throws IOException {
    try (SparkSession spark = SparkExtension.start()) {
      ToyRuns runs = new ToyRuns(spark, Path.of(arguments[0]));
      runs.train(recipe(runs, arguments[1], arguments[2]), workload());
    }
  }
}
