package org.palimpsest.bench.rounds;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
 * a recipe whose corpus is prepared, the PNG to draw the curves into, and assignments over the
 * recipe. {@code modules/bench/rounds.sh} runs it; all workers are threads of one process.
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
  private final List<Curve> curves = new ArrayList<>();

  private Quality(SparkSession spark, Recipe recipe, Path folder, PrintStream out) {
    this.spark = spark;
    this.recipe = recipe;
    this.folder = folder;
    this.out = out;
  }

  public static void main(String[] arguments) throws IOException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    List<String> more = List.of(arguments).subList(2, arguments.length);
    Recipe recipe = Recipe.load(Path.of(arguments[0])).with(more);
    try (SparkSession spark =
        SparkSession.builder().master("local[4]").appName("quality").getOrCreate()) {
      Quality quality = new Quality(spark, recipe, Files.createTempDirectory("quality"), out);
      quality.train("joint gradients", 2, List.of("training.aggregate=gradients"), 1);
      for (int workers : List.of(2, 4)) {
        quality.train("average, H = 20", workers, List.of("training.aggregate=parameters"), 20);
        quality.train("DiLoCo, H = 50", workers, DILOCO, 50);
        quality.train("DiLoCo, H = 100", workers, DILOCO, 100);
      }
      quality.printTable();
      CurvesChart.write(quality.curves, Path.of(arguments[1]));
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
    Curve curve = new Curve(name + ", W = " + workers);
    curves.add(curve);
    Run.open(mine, spark, curve).train();
  }

  /** The last point of each curve beside the first curve's, as a table of Markdown. */
  private void printTable() {
    long warmUp = recipe.number("training", "synchronous-steps");
    Curve joint = curves.get(0);
    out.println("| exchange | held-out loss | beside joint | bytes | after warm-up | of joint |");
    out.println("|---|---|---|---|---|---|");
    for (Curve curve : curves) {
      Point end = curve.last();
      out.printf(
          Locale.ROOT,
          "| %s | %.3f | %+.1f %% | %,d | %,d | %.2f %% |%n",
          curve.name(),
          end.loss(),
          100 * (end.loss() / joint.last().loss() - 1),
          end.bytes(),
          curve.bytesSince(warmUp),
          100.0 * curve.bytesSince(warmUp) / joint.bytesSince(warmUp));
    }
  }

  /**
   * A point of a curve.
   *
   * @param step the global step
   * @param loss on held-out blocks, nats per target token
   * @param bytes all workers together have sent so far
   */
  record Point(long step, double loss, long bytes) {}

  /** Collects and prints a point at every evaluation. */
  final class Curve implements RunListener {
    private final String name;
    private final List<Point> points = new ArrayList<>();
    private long bytes;

    private Curve(String name) {
      this.name = name;
    }

    String name() {
      return name;
    }

    List<Point> points() {
      return points;
    }

    private Point last() {
      return points.get(points.size() - 1);
    }

    private long bytesSince(long step) {
      long before =
          points.stream()
              .filter(point -> point.step() <= step)
              .mapToLong(Point::bytes)
              .max()
              .orElse(0);
      return last().bytes() - before;
    }

    @Override
    public synchronized void progress(Progress progress) {
      bytes += progress.bytesExchanged();
    }

    @Override
    public synchronized void evaluated(long step, double loss, boolean isBest) {
      points.add(new Point(step, loss, bytes));
      out.printf(Locale.ROOT, "%s: step %d, loss %.4f, %,d bytes%n", name, step, loss, bytes);
    }
  }
}
