package org.palimpsest.bench.rounds;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.event.Progress;
import org.palimpsest.training.event.RunListener;
import org.palimpsest.training.event.RunResult;
import org.palimpsest.training.run.Run;

/**
 * What a round and the start of a segment cost between two executors of one core, for several sizes
 * of a model and both transports. {@code modules/bench/rounds.sh} runs it over the assembled
 * folder; docs/distributed.md holds results.
 *
 * <p>A round's cost is the difference between a long and a short run in one session, divided by the
 * rounds; a segment's start is the time from its order to the end of its first round, less a round.
 */
public final class RoundCost {
  private static final int SHORT = 2;
  private static final int LONG = 8;

  private final SparkSession spark;
  private final Path folder;
  private final PrintStream out;

  private RoundCost(SparkSession spark, Path folder, PrintStream out) {
    this.spark = spark;
    this.folder = folder;
    this.out = out;
  }

  /** Arguments: executors' memory in MiB, then numbers of parameters. */
  public static void main(String[] arguments) throws IOException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    Path folder = Files.createTempDirectory("rounds");
    try (SparkSession spark =
        SparkSession.builder()
            .master("local-cluster[2,1," + arguments[0] + "]")
            .config("spark.executor.memory", arguments[0] + "m")
            .appName("cost of rounds")
            .getOrCreate()) {
      RoundCost cost = new RoundCost(spark, folder, out);
      out.println("parameters transport inner-state compression round-ms start-ms bytes-per-round");
      for (String parameters : List.of(arguments).subList(1, arguments.length)) {
        int count = Integer.parseInt(parameters);
        cost.measure(count, "collective", "carried", "none");
        cost.measure(count, "collective", "carried", "bf16");
        cost.measure(count, "collective", "carried", "int8");
        cost.measure(count, "spark", "reset", "none");
        cost.measure(count, "spark", "reset", "bf16");
        cost.measure(count, "spark", "carried", "none");
      }
    }
  }

  private void measure(int parameters, String transport, String innerState, String compression)
      throws IOException {
    Recipe recipe =
        Recipe.defaults()
            .with(
                "training.workers=2",
                "training.aggregate=parameters",
                "training.inner-steps=1",
                "training.transport=" + transport,
                "training.inner-state=" + innerState,
                "training.compression=" + compression,
                "training.outer.learning-rate=0.7",
                "training.outer.momentum=0.9",
                "training.outer.nesterov=true",
                "schedule.kind=constant",
                "schedule.warm-up-steps=0",
                "checkpoint.every=1000000");
    train(recipe, parameters, SHORT);
    Timed few = train(recipe, parameters, SHORT);
    Timed many = train(recipe, parameters, LONG);
    double round = (many.result.seconds() - few.result.seconds()) / (LONG - SHORT);
    double start = (few.firstRoundSeconds + many.firstRoundSeconds) / 2 - round;
    long bytes = (many.result.bytesExchanged() - few.result.bytesExchanged()) / (LONG - SHORT);
    out.printf(
        "%,d %s %s %s %.0f %.0f %,d%n",
        parameters, transport, innerState, compression, round * 1000, start * 1000, bytes);
  }

  /** A run, and how long it took to its first round's end. */
  private record Timed(RunResult result, double firstRoundSeconds) {}

  private Timed train(Recipe recipe, int parameters, int rounds) throws IOException {
    AtomicLong begun = new AtomicLong();
    AtomicLong first = new AtomicLong();
    RunListener listener =
        new RunListener() {
          @Override
          public void segmentStarted(SegmentStart start) {
            begun.set(System.nanoTime());
          }

          @Override
          public void progress(Progress progress) {
            first.compareAndSet(0, System.nanoTime());
          }
        };
    Path run = Files.createTempDirectory(folder, "run");
    RunResult result =
        Run.of(
                recipe.with("run.directory=\"" + run + "\"", "training.steps=" + rounds),
                spark,
                new Weightless(parameters),
                Map.of(),
                listener)
            .train();
    try (var files = Files.walk(run)) {
      files.sorted(java.util.Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    }
    return new Timed(result, (first.get() - begun.get()) / 1e9);
  }
}
