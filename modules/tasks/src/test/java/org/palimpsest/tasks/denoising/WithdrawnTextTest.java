package org.palimpsest.tasks.denoising;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.apache.commons.io.FileUtils;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.config.CorpusSettings;
import org.palimpsest.corpus.prepare.Preparation;
import org.palimpsest.corpus.prepare.Purge;
import org.palimpsest.corpus.prepare.Withdrawal;
import org.palimpsest.training.SparkExtension;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.checkpoint.DataPhase;
import org.palimpsest.training.config.Recipe;

/** Runs on a corpus from which text is withdrawn between two invocations. */
@ExtendWith(SparkExtension.class)
@Tag("spark")
class WithdrawnTextTest {
  private static final String GROW = "training.on-new-data=grow";

  @TempDir Path folder;
  private Path withdrawn;

  @BeforeEach
  void prepare(SparkSession spark) throws Exception {
    Path kept = Nights.text(folder, 1);
    withdrawn = Nights.text(folder, 2);
    String inputs = "corpus.input=[\"" + kept + "\", \"" + withdrawn + "\"]";
    Preparation.run(spark, settings(inputs));
  }

  private Recipe recipe(String run, String... more) {
    return Recipe.defaults()
        .with(
            "run.directory=\"" + folder.resolve(run) + "\"",
            "corpus.path=\"" + folder.resolve("corpus") + "\"",
            "corpus.block-size=16",
            "corpus.lanes=4",
            "corpus.row-group-blocks=8",
            "corpus.validation-share=0.1",
            "tokenizer.train.size=420",
            "objective=bart",
            "model.preset=tiny",
            "training.workers=2",
            "training.batch-blocks=6",
            "checkpoint.every=4",
            "schedule.warm-up-steps=1",
            "schedule.total-steps=100")
        .with(more);
  }

  private CorpusSettings settings(String... more) {
    return CorpusSettings.from(recipe("unused", more).config());
  }

  private Checkpoint train(SparkSession spark, String run, int steps, String... more) {
    Recipe recipe = recipe(run, "training.steps=" + steps).with(more);
    return SmallRuns.train(recipe, spark);
  }

  private void withdraw(SparkSession spark) {
    Withdrawal.run(spark, settings(), List.of(withdrawn.toString()));
  }

  private static String sha256(Checkpoint checkpoint) {
    return checkpoint.file(Checkpoint.PARAMETERS).sha256();
  }

  @Test
  void aRunGoesOnWithoutTheTextFromItsNextStepOn(SparkSession spark) {
    train(spark, "run", 4);
    withdraw(spark);
    Checkpoint after = train(spark, "run", 8, GROW);
    assertThat(after.state().phases().stream().map(DataPhase::step)).containsExactly(0L, 4L);
  }

  @Test
  void aPurgeChangesNothingForARunThatHasStoppedReadingTheText(SparkSession spark)
      throws Exception {
    train(spark, "run", 4);
    withdraw(spark);
    train(spark, "run", 8, GROW);
    FileUtils.copyDirectory(folder.resolve("run").toFile(), folder.resolve("copy").toFile());
    String undisturbed = sha256(train(spark, "run", 12, GROW));

    Purge.run(spark, settings());
    assertThat(sha256(train(spark, "copy", 12, GROW))).isEqualTo(undisturbed);
  }

  @Test
  void aRunThatReadDeletedTextIsRefused(SparkSession spark) {
    train(spark, "run", 4);
    withdraw(spark);
    Purge.run(spark, settings());

    assertThatThrownBy(() -> train(spark, "run", 8, GROW))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "The run reads text that was withdrawn from the corpus file:"
                + folder.resolve("corpus")
                + " and deleted (palimpsest corpus purge): start another run (another"
                + " run.directory, or --fresh).");
  }
}
