package org.palimpsest.onejar;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.cli.Console;
import org.palimpsest.cli.Main;

/**
 * A driver program of a user: two runs in one session, then another Spark job. Arguments: a text
 * file, and a folder for the runs.
 */
public final class Twice {
  private Twice() {}

  public static void main(String[] arguments) {
    run("prepare", arguments[0], arguments[1] + "/first");
    run("pretrain", arguments[0], arguments[1] + "/first");
    run("prepare", arguments[0], arguments[1] + "/second");
    run("pretrain", arguments[0], arguments[1] + "/second");
    SparkSession spark = SparkSession.builder().getOrCreate();
    System.out.println("Rows counted afterwards: " + spark.range(7).count());
    spark.stop();
  }

  private static void run(String command, String text, String run) {
    List<String> words = new ArrayList<>(List.of(command));
    for (String setting :
        List.of(
            "run.directory=" + run,
            "corpus.input=" + text,
            "corpus.block-size=32",
            "corpus.lanes=4",
            "tokenizer.train.size=400",
            "tokenizer.train.sentinels=8",
            "model.preset=tiny",
            "training.workers=2",
            "training.batch-blocks=8",
            "training.inner-steps=5",
            "training.aggregate=parameters",
            "training.steps=10",
            "checkpoint.every=10",
            "schedule.warm-up-steps=5")) {
      words.add("--set");
      words.add(setting);
    }
    int code = Main.run(Console.plain(System.out, System.err), words.toArray(String[]::new));
    if (code != 0) {
      throw new IllegalStateException(command + " ended with " + code);
    }
  }
}
