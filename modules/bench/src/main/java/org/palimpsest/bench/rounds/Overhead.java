package org.palimpsest.bench.rounds;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.tasks.denoising.Pretraining;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.event.RunListener;
import org.palimpsest.training.event.RunResult;

/**
 * The overhead of exchanges between two executors of one core: runs the same recipe with exchanges
 * every {@code inner-steps} steps and with one exchange at the end, in turns. Arguments: memory of
 * an executor in MiB, a recipe with a prepared corpus, steps, inner steps, turns. {@code
 * modules/bench/rounds.sh} runs it.
 */
public final class Overhead {
  private Overhead() {}

  public static void main(String[] arguments) throws IOException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    int steps = Integer.parseInt(arguments[2]);
    Recipe recipe =
        Recipe.load(Path.of(arguments[1]))
            .with(
                "training.steps=" + steps,
                "training.time-limit=null",
                "training.workers=2",
                "training.aggregate=parameters",
                "training.outer.learning-rate=0.7",
                "training.outer.momentum=0.9",
                "training.outer.nesterov=true",
                "checkpoint.every=1000000");
    Path folder = Files.createTempDirectory("overhead");
    try (SparkSession spark =
        SparkSession.builder()
            .master("local-cluster[2,1," + arguments[0] + "]")
            .config("spark.executor.memory", arguments[0] + "m")
            .appName("overhead")
            .getOrCreate()) {
      out.println("exchange seconds raw-tokens/s");
      for (int turn = 0; turn <= Integer.parseInt(arguments[4]); turn++) {
        for (String inner : List.of(arguments[3], arguments[2])) {
          Path run = folder.resolve(turn + "-" + inner);
          RunResult result =
              Pretraining.open(
                      recipe.with("run.directory=\"" + run + "\"", "training.inner-steps=" + inner),
                      spark)
                  .run(RunListener.none())
                  .train();
          String exchange = inner.equals(arguments[2]) ? "none" : "every " + inner;
          String note = turn == 0 ? " (warm-up)" : "";
          out.printf(
              "%s %.1f %.0f%s%n",
              exchange, result.seconds(), result.rawTokens() / result.seconds(), note);
        }
      }
    }
  }
}
