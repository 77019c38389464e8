package org.palimpsest.tasks.denoising;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.corpus.config.CorpusSettings;
import org.palimpsest.corpus.prepare.Preparation;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.model.HeapVector;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.checkpoint.Checkpoints;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.event.RunListener;

/** Text and recipe of runs that take seconds. */
final class SmallRuns {
  private static final String[] WORDS = {
    "the", "old", "house", "stands", "by", "a", "river", "and", "sees", "boats", "that", "go", "far"
  };

  private SmallRuns() {}

  /** Writes the text of the corpus. */
  static Path write(Path folder) throws IOException {
    return Files.writeString(folder.resolve("text.txt"), text());
  }

  /** Paragraphs in which each word has a likely next word, so that a model can learn it. */
  private static String text() {
    Random random = new Random(5);
    return random
        .ints(400, 0, WORDS.length)
        .mapToObj(first -> paragraph(first, random))
        .collect(Collectors.joining("\n\n"));
  }

  private static String paragraph(int first, Random random) {
    StringBuilder text = new StringBuilder(WORDS[first]);
    int word = first;
    for (int i = 0; i < 25; i++) {
      word = random.nextInt(4) == 0 ? random.nextInt(WORDS.length) : (word + 1) % WORDS.length;
      text.append(i % 9 == 8 ? ". " : " ").append(WORDS[word]);
    }
    return text.append('.').toString();
  }

  /** A recipe of 30 steps with two replicas of a tiny model; every run reads one corpus. */
  static Recipe recipe(Path folder, String name) {
    return Recipe.defaults()
        .with(
            "run.directory=\"" + folder.resolve(name) + "\"",
            "corpus.path=\"" + folder.resolve("prepared") + "\"",
            "corpus.block-size=32",
            "corpus.lanes=4",
            "corpus.validation-share=0.1",
            "tokenizer.train.size=420",
            "objective=bart",
            "model.preset=tiny",
            "model.dropout=0.1",
            "schedule.warm-up-steps=5",
            "schedule.peak=5e-3",
            "training.steps=30",
            "training.workers=2",
            "training.batch-blocks=6",
            "training.micro-batch-blocks=2",
            "training.aggregate=parameters",
            "training.inner-steps=5",
            "checkpoint.every=30");
  }

  /** Prepares the corpus of a recipe from the text. */
  static Corpus prepare(Recipe recipe, Path folder, SparkSession spark) throws IOException {
    Recipe withInput = recipe.with("corpus.input=\"" + write(folder) + "\"");
    return Preparation.run(spark, CorpusSettings.from(withInput.config()));
  }

  /** Trains to the end of a recipe, and returns the newest checkpoint. */
  static Checkpoint train(Recipe recipe, SparkSession spark) {
    Pretraining.open(recipe, spark).run(RunListener.none()).train();
    return new Checkpoints(recipe.checkpointPath(), spark.sparkContext().hadoopConfiguration())
        .newest()
        .orElseThrow();
  }

  /** All parameters of a checkpoint. */
  static float[] parameters(Checkpoint checkpoint) {
    HeapVector vector = new HeapVector(Math.toIntExact(checkpoint.state().parameters()));
    checkpoint.readParameters(vector);
    return vector.values();
  }
}
