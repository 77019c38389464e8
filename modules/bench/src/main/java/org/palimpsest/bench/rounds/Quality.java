package org.palimpsest.bench.rounds;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.training.Progress;
import org.palimpsest.training.Recipe;
import org.palimpsest.training.Run;
import org.palimpsest.training.RunListener;

/**
 * What rounds do to a model: the same recipe, steps and examples with joint gradients, averages and
 * DiLoCo, for two and four workers; held-out loss beside the bytes that were exchanged. Arguments:
 * a recipe whose corpus is prepared, and assignments over it. {@code modules/bench/rounds.sh} runs
 * it; all workers are threads of one process.
 */
public final class Quality {
  private static final List<String> DILOCO =
      List.of(
          "training.aggregate=parameters",
          "training.outer.learning-rate=0.7",
          "training.outer.momentum=0.9",
          "training.outer.nesterov=true");

  private final SparkSession spark;
  private final Recipe recipe;
  private final Path folder;
  private final PrintStream out;

  private Quality(SparkSession spark, Recipe recipe, Path folder, PrintStream out) {
    this.spark = spark;
    this.recipe = recipe;
    this.folder = folder;
    this.out = out;
  }

  public static void main(String[] arguments) throws IOException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    List<String> more = List.of(arguments).subList(1, arguments.length);
    Recipe recipe = Recipe.load(Path.of(arguments[0])).with(more);
    try (SparkSession spark =
        SparkSession.builder().master("local[4]").appName("quality").getOrCreate()) {
      Quality quality = new Quality(spark, recipe, Files.createTempDirectory("quality"), out);
      out.println("exchange workers step held-out-loss bytes");
      quality.train("gradients", 2, List.of("training.aggregate=gradients"), 1);
      for (int workers : List.of(2, 4)) {
        quality.train("average H=20", workers, List.of("training.aggregate=parameters"), 20);
        quality.train("DiLoCo H=50", workers, DILOCO, 50);
        quality.train("DiLoCo H=100", workers, DILOCO, 100);
      }
    }
  }

  private void train(String name, int workers, List<String> how, int innerSteps) {
    Path run = folder.resolve(name.replaceAll("\\W", "-") + workers);
    Recipe mine =
        recipe
            .with(how)
            .with(
                "run.directory=\"" + run + "\"",
                "training.workers=" + workers,
                "training.inner-steps=" + innerSteps)
            .with(innerSteps == 1 ? List.of("training.synchronous-steps=0") : List.of());
    Run.open(mine, spark, new Curve(name, workers)).train();
  }

  /** Prints a point of a curve at every evaluation. */
  private final class Curve implements RunListener {
    private final String name;
    private final int workers;
    private long bytes;

    Curve(String name, int workers) {
      this.name = name;
      this.workers = workers;
    }

    @Override
    public synchronized void progress(Progress progress) {
      bytes += progress.bytesExchanged();
    }

    @Override
    public synchronized void evaluated(long step, double loss, boolean isBest) {
      out.printf(Locale.ROOT, "%s %d %d %.4f %,d%n", name, workers, step, loss, bytes);
    }
  }
}
