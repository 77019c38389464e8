package org.palimpsest.tasks.denoising;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.corpus.config.CorpusSettings;
import org.palimpsest.corpus.prepare.Preparation;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.corpus.read.Manifest;
import org.palimpsest.training.SparkExtension;
import org.palimpsest.training.checkpoint.Checkpoints;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.event.RunListener;

/** A corpus that another command replaces or extends while a run reads it. */
@ExtendWith(SparkExtension.class)
@Tag("spark")
class ReplacedCorpusTest {
  @TempDir static Path folder;
  private static SparkSession spark;
  private static String undisturbed;
  private static List<Double> undisturbedLosses;

  @BeforeAll
  static void trainUndisturbed(SparkSession session) throws IOException {
    spark = session;
    Files.writeString(folder.resolve("text.txt"), "A mouse lives in a house.\n\n".repeat(400));
    Files.writeString(folder.resolve("more.txt"), "The cat sees it and waits.\n\n".repeat(200));
    undisturbedLosses = new ArrayList<>();
    undisturbed = train("undisturbed", () -> {}, undisturbedLosses);
  }

  private static Recipe recipe(String name, String... more) {
    return Recipe.defaults()
        .with(
            "run.directory=\"" + folder.resolve(name) + "\"",
            "corpus.input=\"" + folder.resolve("text.txt") + "\"",
            "corpus.block-size=16",
            "corpus.lanes=4",
            "corpus.row-group-blocks=8",
            "corpus.validation-share=0.1",
            "tokenizer.train.size=420",
            "objective=bart",
            "model.preset=tiny",
            "training.steps=12",
            "training.workers=2",
            "training.batch-blocks=6",
            "checkpoint.every=4",
            "evaluation.every=4",
            "schedule.warm-up-steps=1")
        .with(more);
  }

  /** Trains; something happens at the first checkpoint. Returns the checksum of the parameters. */
  private static String train(String name, Runnable something, List<Double> losses) {
    Recipe recipe = recipe(name);
    Preparation.run(spark, CorpusSettings.from(recipe.config()));
    RunListener listener =
        new RunListener() {
          @Override
          public void evaluated(long step, double loss, boolean isBest) {
            if (losses.isEmpty()) {
              something.run();
            }
            losses.add(loss);
          }
        };
    Pretraining.open(recipe, spark).run(listener).train();
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    return new Checkpoints(recipe.checkpointPath(), hadoop)
        .newest()
        .orElseThrow()
        .file("parameters.bin")
        .sha256();
  }

  private static void assertNotDisturbed(String name, Runnable something) {
    List<Double> losses = new ArrayList<>();
    assertThat(train(name, something, losses)).isEqualTo(undisturbed);
    assertThat(losses).hasSize(3).isEqualTo(undisturbedLosses);
  }

  @Test
  void aRunGoesOnWithTheCorpusThatIsReplaced() {
    Recipe other = recipe("fresh", "tokenizer.train.size=430", "seed=9");
    assertNotDisturbed(
        "fresh", () -> Preparation.fresh(spark, CorpusSettings.from(other.config())));
    assertThat(corpus("fresh").seed()).as("replaced").isEqualTo(9);
  }

  @Test
  void aRunGoesOnWithTheCorpusThatGrows() {
    Recipe more = recipe("add", "corpus.input=\"" + folder.resolve("more.txt") + "\"");
    assertNotDisturbed("add", () -> Preparation.add(spark, CorpusSettings.from(more.config())));
    assertThat(corpus("add").generations()).as("extended").hasSize(2);
  }

  private static Manifest corpus(String name) {
    return Corpus.open(
            new org.apache.hadoop.fs.Path(folder.resolve(name + "/corpus").toString()),
            spark.sparkContext().hadoopConfiguration())
        .manifest();
  }
}
