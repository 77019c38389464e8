package org.palimpsest.tasks.denoising;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import org.apache.hadoop.fs.FileUtil;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.evaluation.inference.Exporter;
import org.palimpsest.training.SparkExtension;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.checkpoint.Checkpoints;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.event.RunListener;

/** Resuming and refusing runs that begin from a model. */
@ExtendWith(SparkExtension.class)
@Tag("spark")
class InitialModelRunsTest extends InitialModelSetup {
  InitialModelRunsTest(SparkSession spark) {
    super(spark);
  }

  @Test
  void keepsTheSettingsOfGeneration() throws IOException {
    Exporter.export(model, hadoopPath("summarizer"), hadoop);
    Files.writeString(
        folder.resolve("summarizer/generation_config.json"),
        """
        {"num_beams": 4, "decoder_start_token_id": 2}\
        """);
    Recipe recipe = begun("summarizer", "summarizing");

    assertThat(train(recipe).generation()).containsExactly(Map.entry("num_beams", 4));
    assertThat(train(recipe.with("training.steps=2")).generation())
        .containsExactly(Map.entry("num_beams", 4));
  }

  @Test
  void resumesWithoutTheModel() {
    Exporter.export(model, hadoopPath("passing"), hadoop);
    Recipe recipe = begun("passing", "resumed");
    train(recipe);
    assertThat(FileUtil.fullyDelete(folder.resolve("passing").toFile())).isTrue();

    assertThat(train(recipe.with("training.steps=2")).state().step()).isEqualTo(2);
  }

  @Test
  void beginsFromItAgainWhenTheRunStartsOver() {
    Recipe recipe = begun("model", "fresh");
    train(recipe.with("schedule.peak=1e-2"));

    Pretraining.open(recipe.fromScratch(), spark).run(RunListener.none()).trainFromScratch();

    Checkpoint first = new Checkpoints(recipe.checkpointPath(), hadoop).newest().orElseThrow();
    assertThat(SmallRuns.parameters(first)).containsExactly(trained, within(1e-6f));
  }

  @Test
  void refusesACorpusOfAnotherTokenizer() {
    Recipe other =
        recipe("other", "corpus.path=\"" + folder.resolve("other-corpus") + "\"")
            .with("tokenizer.train.size=280")
            .with("corpus.input=\"" + folder.resolve("text.txt") + "\"");
    prepare(other);

    assertThatThrownBy(
            () ->
                Pretraining.open(
                    other.with("model.from=\"" + folder.resolve("model") + "\""), spark))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith("The corpus ")
        .hasMessageContaining("was prepared with another tokenizer than that of the model ")
        .hasMessageEndingWith(
            "prepare it with model.from set, into another corpus.path or with --fresh.");
  }

  @Test
  void refusesTheRunsOwnDirectory() {
    assertThatThrownBy(() -> Pretraining.open(begun("own", "own"), spark))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith("model.from is the run's own directory ")
        .hasMessageEndingWith("own: choose another run.directory.");
  }

  @Test
  void refusesAFolderWithoutAModel() {
    assertThatThrownBy(() -> Pretraining.open(begun("nothing", "of-nothing"), spark))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith("There is no checkpoint in ")
        .hasMessageEndingWith("train first (palimpsest pretrain), or name a model folder.");
  }
}
