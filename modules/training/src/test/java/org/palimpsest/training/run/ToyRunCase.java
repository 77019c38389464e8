package org.palimpsest.training.run;

import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.training.SparkExtension;
import org.palimpsest.training.ToyRuns;
import org.palimpsest.training.ToyWorkload;
import org.palimpsest.training.checkpoint.Checkpoints;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.event.RunListener;
import org.palimpsest.training.event.RunResult;

/** Base class of tests with {@link ToyRuns}: a session, and a folder per test. */
@ExtendWith(SparkExtension.class)
abstract class ToyRunCase {
  @TempDir Path folder;

  final SparkSession spark;

  ToyRunCase(SparkSession spark) {
    this.spark = spark;
  }

  final ToyRuns runs() {
    return new ToyRuns(spark, folder);
  }

  final Recipe recipe(String name, String... more) {
    return runs().recipe(name, more);
  }

  final RunResult train(Recipe recipe, ToyWorkload workload) {
    return runs().train(recipe, workload);
  }

  final RunResult train(Recipe recipe, ToyWorkload workload, RunListener listener) {
    return runs().train(recipe, workload, listener);
  }

  final Checkpoints checkpoints(Recipe recipe) {
    return runs().checkpoints(recipe);
  }

  final float[] parameters(Recipe recipe) {
    return runs().parameters(recipe);
  }
}
