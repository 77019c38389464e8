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
 * The cost of a round and of the start of a segment between two executors of one core, for several
 * model sizes and both transports. {@code modules/bench/rounds.sh} runs it on the assembled folder;
 * docs/benchmarks/rounds.md has results.
 *
 * <p>A round's cost is the difference between a long and a short run in one session, divided by the
 * rounds; the start of a segment is the time from its order to the end of its first round, minus a
 * round.
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

  /** Runs the benchmark. Arguments: memory of an executor in MiB, then numbers of parameters. */
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

  /** A run, and the time to the end of its first round. */
  private record Timed(RunResult result, double firstRoundSeconds) {}

  private Timed train(Recipe recipe, int parameters, int rounds) throws IOException {
    AtomicLong started = new AtomicLong();
    AtomicLong first = new AtomicLong();
    RunListener listener =
        new RunListener() {
          @Override
          public void segmentStarted(SegmentStart start) {
            started.set(System.nanoTime());
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
                new IdleWorkload(parameters),
                Map.of(),
                listener)
            .train();
    try (var files = Files.walk(run)) {
      files.sorted(java.util.Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    }
    return new Timed(result, (first.get() - started.get()) / 1e9);
  }
}
