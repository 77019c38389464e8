package org.palimpsest.bench.rounds;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.tasks.denoising.Pretraining;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.event.Progress;
import org.palimpsest.training.event.RunListener;

/**
 * The effect of rounds on the model: held-out loss and exchanged bytes for the same recipe, steps,
 * and examples with synchronous gradients, averaging, and the recipe's outer optimizer, for two and
 * four workers. Arguments: a recipe with a prepared corpus, a folder for {@code points.tsv} and
 * {@code curves.png}, and assignments that override the recipe. Run again, it skips exchanges whose
 * points are in the folder. {@code modules/bench/rounds.sh} runs it; all workers are threads of one
 * process.
 */
public final class Quality {
  static final String JOINT = "joint gradients";

  private static final List<Exchange> EXCHANGES =
      List.of(
          Exchange.plain(JOINT, "gradients", 1),
          Exchange.plain("average, H = 20", "parameters", 20),
          Exchange.outer("outer optimizer, H = 50", 50),
          Exchange.outer("outer optimizer, H = 100", 100));

  private final SparkSession spark;
  private final Recipe recipe;
  private final Curves curves;
  private final Path folder;

  private Quality(SparkSession spark, Recipe recipe, Path folder) throws IOException {
    this.spark = spark;
    this.recipe = recipe;
    this.folder = folder;
    curves = Curves.in(folder);
  }

  public static void main(String[] arguments) throws IOException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    Recipe recipe =
        Recipe.load(Path.of(arguments[0])).with(List.of(arguments).subList(2, arguments.length));
    Path folder = Files.createDirectories(Path.of(arguments[1]));
    try (SparkSession spark =
        SparkSession.builder().master("local[4]").appName("quality").getOrCreate()) {
      Quality quality = new Quality(spark, recipe, folder);
      for (int workers : List.of(2, 4)) {
        for (Exchange exchange : EXCHANGES) {
          quality.train(exchange, workers);
        }
      }
      long warmUp = recipe.number("training", "synchronous-steps");
      out.print(quality.curves.table(warmUp));
      CurvesChart.write(quality.curves, folder.resolve("curves.png"));
    }
  }

  private void train(Exchange exchange, int workers) {
    if (curves.contain(exchange.name(), workers)) {
      return;
    }
    Path run = folder.resolve(exchange.name().replaceAll("\\W", "-") + workers);
    Recipe adjusted =
        recipe
            .with("run.directory=\"" + run + "\"", "training.workers=" + workers)
            .with(exchange.assignments());
    Recorder recorder = new Recorder(exchange.name(), workers);
    // An interrupted run has no points and starts again.
    Pretraining.open(adjusted, spark).run(recorder).trainFromScratch();
    curves.add(recorder.points);
  }

  /** How workers exchange, as assignments that override the recipe. */
  private record Exchange(String name, List<String> assignments) {
    static Exchange plain(String name, String aggregate, int innerSteps) {
      return new Exchange(
          name,
          List.of(
              "training.aggregate=" + aggregate,
              "training.inner-steps=" + innerSteps,
              "training.outer.learning-rate=1",
              "training.outer.momentum=0",
              "training.outer.nesterov=false"));
    }

    static Exchange outer(String name, int innerSteps) {
      return new Exchange(
          name, List.of("training.aggregate=parameters", "training.inner-steps=" + innerSteps));
    }
  }

  /** Records a point at every evaluation. */
  private static final class Recorder implements RunListener {
    private final String exchange;
    private final int workers;
    private final List<Curves.Point> points = new ArrayList<>();
    private long bytes;

    Recorder(String exchange, int workers) {
      this.exchange = exchange;
      this.workers = workers;
    }

    @Override
    public synchronized void progress(Progress progress) {
      bytes += progress.bytesExchanged();
    }

    @Override
    public synchronized void evaluated(long step, double loss, boolean isBest) {
      points.add(new Curves.Point(exchange, workers, step, loss, bytes));
    }
  }
}
