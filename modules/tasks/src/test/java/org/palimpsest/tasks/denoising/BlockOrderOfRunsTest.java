package org.palimpsest.tasks.denoising;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.config.CorpusSettings;
import org.palimpsest.corpus.prepare.Preparation;
import org.palimpsest.corpus.read.Manifest;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.training.SparkExtension;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.config.Recipe;

/** The order of the blocks that a run reads, and how its checkpoints record it. */
@ExtendWith(SparkExtension.class)
@Tag("spark")
class BlockOrderOfRunsTest {
  private static final String SUFFIX = "-row-groups";

  @TempDir static Path folder;
  private static SparkSession spark;
  private static Configuration hadoop;

  @BeforeAll
  static void prepare(SparkSession session) throws IOException {
    spark = session;
    hadoop = spark.sparkContext().hadoopConfiguration();
    Path text = folder.resolve("text.txt");
    Files.writeString(text, "A mouse lives in a house. It eats the cheese.\n\n".repeat(300));
    for (String name : new String[] {"prepared", "earlier"}) {
      Recipe recipe = recipe(name, name).with("corpus.input=\"" + text + "\"");
      Preparation.run(spark, CorpusSettings.from(recipe.config()));
    }
    removeOrder(new StoredFolder(path("earlier"), hadoop));
  }

  /** Makes a corpus like that of an earlier release. */
  private static void removeOrder(StoredFolder corpus) {
    ObjectNode manifest = Manifest.store(corpus).read().json();
    manifest.remove("blockOrder");
    corpus.publish(manifest);
  }

  private static org.apache.hadoop.fs.Path path(String name) {
    return new org.apache.hadoop.fs.Path(folder.resolve(name).toString());
  }

  private static Recipe recipe(String run, String corpus, String... more) {
    return Recipe.defaults()
        .with(
            "run.directory=\"" + folder.resolve("run-" + run) + "\"",
            "corpus.path=\"" + folder.resolve(corpus) + "\"",
            "corpus.block-size=16",
            "corpus.lanes=4",
            "corpus.row-group-blocks=8",
            "tokenizer.train.size=420",
            "objective=bart",
            "model.preset=tiny",
            "training.steps=2",
            "training.workers=2",
            "training.batch-blocks=6",
            "checkpoint.every=2",
            "schedule.warm-up-steps=1",
            "schedule.total-steps=4")
        .with(more);
  }

  private static String data(Recipe recipe) {
    return Pretraining.open(recipe, spark).workload().fingerprint();
  }

  private static Checkpoint train(Recipe recipe) {
    return SmallRuns.train(recipe, spark);
  }

  @Test
  void aNewCorpusIsReadByRowGroups() {
    assertThat(data(recipe("new", "prepared"))).endsWith(SUFFIX);
  }

  @Test
  void aCorpusOfAnEarlierReleaseIsReadByLanesAndItsFingerprintStays() {
    assertThat(data(recipe("old", "earlier")))
        .matches("[0-9a-f]{64}")
        .isEqualTo(data(recipe("new", "prepared")).replace(SUFFIX, ""));
  }

  @Test
  void aRunMayChooseAnotherOrderThanItsCorpus() {
    assertThat(data(recipe("a", "prepared", "corpus.block-order=lanes"))).doesNotEndWith(SUFFIX);
    assertThat(data(recipe("b", "earlier", "corpus.block-order=row-groups"))).endsWith(SUFFIX);
  }

  @Test
  void theKeyIsChecked() {
    Recipe wrong = recipe("c", "prepared", "corpus.block-order=random");
    assertThatThrownBy(() -> data(wrong))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage("corpus.block-order 'random' is unknown: use one of auto, lanes, row-groups.");
  }

  @Test
  void aRunGoesOnInTheOrderThatItsCheckpointRecords() {
    Recipe chosen = recipe("recorded", "prepared", "corpus.block-order=lanes");
    assertThat(train(chosen).state().data()).doesNotEndWith(SUFFIX);
    Checkpoint resumed = train(recipe("recorded", "prepared", "training.steps=4"));
    assertThat(resumed.state().step()).isEqualTo(4);
    assertThat(resumed.state().data()).doesNotEndWith(SUFFIX);
  }

  @Test
  void aRunIsNotResumedInAnotherOrder() {
    train(recipe("other", "prepared"));
    Recipe changed = recipe("other", "prepared", "corpus.block-order=lanes", "training.steps=4");
    assertThatThrownBy(() -> train(changed))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("with another order of its blocks (corpus.block-order): restore");
  }
}
