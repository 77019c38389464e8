package org.palimpsest.training.run;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.training.Census;
import org.palimpsest.training.SparkExtension;
import org.palimpsest.training.ToyRuns;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.workload.Workload;

/** A training run in its own process, which {@link SignalsTest} stops, continues, and kills. */
final class SignaledRun {
  static final int STEPS = 600;

  /** In seconds; a process that is stopped for longer loses it. */
  static final int LEASE = 3;

  private static final long PAUSE_MS = 25;

  private SignaledRun() {}

  static Recipe recipe(ToyRuns runs, String name) {
    return KilledRun.recipe(runs, name, "collective")
        .with("training.steps=" + STEPS, "checkpoint.lease=" + LEASE + "s");
  }

  static Workload<?> workload() {
    return new Census(STEPS, PAUSE_MS);
  }

  public static void main(String[] arguments) throws IOException {
    try (SparkSession spark = SparkExtension.start()) {
      ToyRuns runs = new ToyRuns(spark, Path.of(arguments[0]));
      runs.train(recipe(runs, arguments[1]), workload());
    }
  }
}
