package org.palimpsest.tasks.denoising;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.corpus.prepare.Preparation;
import org.palimpsest.corpus.prepare.Withdrawal;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.checkpoint.Checkpoints;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.event.RunListener;

/** A run that goes on every night, four steps a night, with the text of the day. */
final class Nights {
  static final int STEPS = 4;

  /** Exit code of a process that a signal has killed. */
  static final int KILLED = 137;

  private static final String[] SUBJECTS = {
    "A mouse", "The cat", "A dog", "The old man", "A river", "The boat", "A bird"
  };

  private final SparkSession spark;
  private final Path folder;

  Nights(SparkSession spark, Path folder) {
    this.spark = spark;
    this.folder = folder;
  }

  /** Writes the text of a day. */
  static Path text(Path folder, int day) throws IOException {
    String text = SUBJECTS[day % SUBJECTS.length] + " sees the house. It waits for the night.\n\n";
    return Files.writeString(folder.resolve("day-" + day + ".txt"), text.repeat(50));
  }

  private Recipe recipe(String... more) {
    return Recipe.defaults()
        .with(
            "run.directory=\"" + folder.resolve("run") + "\"",
            "corpus.block-size=16",
            "corpus.lanes=4",
            "corpus.row-group-blocks=8",
            "corpus.validation-share=0.1",
            "tokenizer.train.size=420",
            "objective=bart",
            "model.preset=tiny",
            "training.workers=2",
            "training.batch-blocks=6",
            "training.on-new-data=grow",
            "checkpoint.every=2",
            "schedule.kind=warm-up-stable-decay",
            "schedule.warm-up-steps=1",
            "schedule.total-steps=1000")
        .with(more);
  }

  private static String input(Path text) {
    return "corpus.input=\"" + text + "\"";
  }

  /** Prepares the corpus in the first night, or adds to it. */
  void prepare(Path text) {
    Recipe recipe = recipe(input(text));
    var hadoop = spark.sparkContext().hadoopConfiguration();
    if (Files.exists(folder.resolve("run/corpus/manifest.json"))) {
      Preparation.add(spark, Pretraining.additionSettings(recipe, hadoop));
    } else {
      Preparation.run(spark, Pretraining.corpusSettings(recipe, hadoop));
    }
  }

  void withdraw(Path text) {
    var hadoop = spark.sparkContext().hadoopConfiguration();
    Withdrawal.run(spark, Pretraining.corpusSettings(recipe(), hadoop), List.of(text.toString()));
  }

  /** Trains to the last step of a night, counted from 1. */
  Checkpoint train(int night, RunListener listener, String... more) {
    Recipe recipe = recipe("training.steps=" + night * STEPS).with(more);
    Pretraining.open(recipe, spark).run(listener).train();
    return new Checkpoints(recipe.checkpointPath(), spark.sparkContext().hadoopConfiguration())
        .newest()
        .orElseThrow();
  }

  private static SparkSession session() {
    return SparkSession.builder()
        .master("local[3]")
        .config("spark.ui.enabled", false)
        .config("spark.driver.bindAddress", "127.0.0.1")
        .getOrCreate();
  }

  /** A night in a process that is killed at a checkpoint: FOLDER TEXT NIGHT STEP. */
  public static void main(String[] args) {
    int last = Integer.parseInt(args[3]);
    Nights nights = new Nights(session(), Path.of(args[0]));
    nights.prepare(Path.of(args[1]));
    nights.train(
        Integer.parseInt(args[2]),
        new RunListener() {
          @Override
          public void checkpointPublished(String path, long step) {
            if (step == last) {
              Runtime.getRuntime().halt(KILLED);
            }
          }
        });
  }
}
