package org.palimpsest.training.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.training.LargeWorkload;
import org.palimpsest.training.SparkExtension;
import org.palimpsest.training.ToyRuns;
import org.palimpsest.training.config.Recipe;

/** A training run of a large model in its own process, whose heap a test chooses. */
final class HeapRun {
  private HeapRun() {}

  /**
   * Trains two workers for two rounds.
   *
   * @param arguments a folder, the number of parameters, the bytes that a reader holds, and
   *     settings
   */
  public static void main(String[] arguments) throws IOException {
    try (SparkSession spark = SparkExtension.start()) {
      long parameters = Long.parseLong(arguments[1]);
      int readerBytes = Integer.parseInt(arguments[2]);
      ToyRuns runs = new ToyRuns(spark, Path.of(arguments[0]));
      Recipe recipe =
          runs.recipe("run", "training.workers=2", "training.steps=4", "training.inner-steps=2")
              .with("training.aggregate=parameters", "checkpoint.every=4", "training.timeout=10m")
              .with(Arrays.copyOfRange(arguments, 3, arguments.length));
      LargeWorkload workload = new LargeWorkload(parameters, 2 * parameters, readerBytes);
      long step = runs.train(recipe, workload).step();
      System.out.println("trained to step " + step);
    } catch (PalimpsestException e) {
      System.out.println(e.getMessage());
    }
  }
}
