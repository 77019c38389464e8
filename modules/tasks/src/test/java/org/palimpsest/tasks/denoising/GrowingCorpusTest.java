package org.palimpsest.tasks.denoising;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.config.CorpusSettings;
import org.palimpsest.corpus.prepare.Preparation;
import org.palimpsest.training.SparkExtension;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.checkpoint.Checkpoints;
import org.palimpsest.training.checkpoint.DataPhase;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.event.RunListener;

/** Runs whose corpus gets more text between two invocations. */
@ExtendWith(SparkExtension.class)
@Tag("spark")
class GrowingCorpusTest {
  private static final String GROW = "training.on-new-data=grow";
  private static final String KEEP = "training.on-new-data=keep";

  @TempDir static Path folder;
  private static SparkSession spark;

  /** Corpora of one, two and three generations, each the beginning of the next one. */
  @BeforeAll
  static void prepare(SparkSession session) throws IOException {
    spark = session;
    String[] texts = {
      "A mouse lives in a house. It eats the cheese.\n\n",
      "The cat sees it and waits for the night.\n\n",
      "A dog sleeps before the door of the house.\n\n"
    };
    for (int i = 0; i < texts.length; i++) {
      Path text = Files.writeString(folder.resolve("text-" + i + ".txt"), texts[i].repeat(60));
      Recipe recipe = recipe("unused", i + 1).with("corpus.input=\"" + text + "\"");
      if (i == 0) {
        Preparation.run(spark, CorpusSettings.from(recipe.config()));
      } else {
        copy(folder.resolve("corpus-" + i), folder.resolve("corpus-" + (i + 1)));
        Preparation.add(spark, CorpusSettings.from(recipe.config()));
      }
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }

  private static Recipe recipe(String run, int generations) {
    return Recipe.defaults()
        .with(
            "run.directory=\"" + folder.resolve(run) + "\"",
            "corpus.path=\"" + folder.resolve("corpus-" + generations) + "\"",
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
            "schedule.total-steps=100");
  }

  private static Checkpoint train(String run, int generations, int steps, String... more) {
    return train(RunListener.none(), run, generations, steps, more);
  }

  /** Trains to a step on a corpus of so many generations. */
  private static Checkpoint train(
      RunListener listener, String run, int generations, int steps, String... more) {
    Recipe recipe = recipe(run, generations).with("training.steps=" + steps).with(more);
    Pretraining.open(recipe, spark).run(listener).train();
    return new Checkpoints(recipe.checkpointPath(), spark.sparkContext().hadoopConfiguration())
        .newest()
        .orElseThrow();
  }

  private static String sha256(Checkpoint checkpoint) {
    return checkpoint.file(Checkpoint.PARAMETERS).sha256();
  }

  private static List<Long> steps(Checkpoint checkpoint) {
    return checkpoint.state().phases().stream().map(DataPhase::step).toList();
  }

  @Test
  void aRunDoesNotReadNewTextUnlessItIsToldTo() {
    train("refuse", 1, 4);

    assertThatThrownBy(() -> train("refuse", 2, 8))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "The corpus file:"
                + folder.resolve("corpus-2")
                + " has grown since the run began to read it (2 generations, the run reads 1): set"
                + " training.on-new-data to grow to read all of it from step 4 on, or to keep to"
                + " go on without the new text.");
  }

  @Test
  void theDoctorSaysWhatARunMakesOfNewText() {
    train("examined", 1, 4);

    assertThat(examined("training.on-new-data=refuse"))
        .startsWith("WARN pretrain refuses to go on. The corpus file:")
        .contains("set training.on-new-data to grow");
    assertThat(examined(KEEP)).startsWith("OK From step 4 on, the run reads 1 of the 2");
    assertThat(examined(GROW)).startsWith("OK From step 4 on, the run reads 2 generations");
  }

  private static String examined(String choice) {
    return new Doctor(recipe("examined", 2).with(choice), spark)
        .examine().stream()
            .filter(finding -> finding.check().equals("new text"))
            .map(finding -> finding.verdict() + " " + finding.sentence())
            .findFirst()
            .orElse("");
  }

  @Test
  void aRunMayGoOnWithoutTheNewText() {
    String undisturbed = sha256(train("undisturbed", 1, 12));
    train("keep", 1, 4);
    Checkpoint kept = train("keep", 3, 12, KEEP);

    assertThat(sha256(kept)).isEqualTo(undisturbed);
    assertThat(steps(kept)).containsExactly(0L);
  }

  @Test
  void aPhaseBeginsWithTheNewTextAndIsRecorded() {
    String first = train("grow", 1, 4).state().data();
    Checkpoint second = train("grow", 2, 8, GROW);
    assertThat(steps(second)).containsExactly(0L, 4L);
    Checkpoint third = train("grow", 3, 12, GROW);

    List<DataPhase> phases = third.state().phases();
    assertThat(steps(third)).containsExactly(0L, 4L, 8L);
    assertThat(phases.get(0)).isEqualTo(new DataPhase(0, 0, first));
    assertThat(phases.get(1)).isEqualTo(second.state().phase());
    assertThat(third.state().data()).isEqualTo(phases.get(2).data()).isNotEqualTo(first);
    assertThat(phases.stream().map(DataPhase::epoch).toList()).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void theRunTellsThatItReadsNewText() {
    List<String> notes = new ArrayList<>();
    RunListener listener =
        new RunListener() {
          @Override
          public void note(String sentence) {
            notes.add(sentence);
          }
        };
    train(listener, "notes", 1, 4);
    assertThat(notes).isEmpty();
    train(listener, "notes", 2, 8, GROW);

    assertThat(notes).hasSize(1);
    assertThat(notes.get(0))
        .matches(
            "From step 4 on, the run reads 2 generations of the corpus .*corpus-2 instead of 1"
                + " \\([0-9]+ blocks\\)\\.");
  }

  @Test
  void resumingWithinAPhaseIsExact() {
    train("straight", 1, 4);
    String straight = sha256(train("straight", 2, 12, GROW));
    train("stopped", 1, 4);
    train("stopped", 2, 8, GROW);
    Checkpoint resumed = train("stopped", 2, 12);

    assertThat(sha256(resumed)).isEqualTo(straight);
    assertThat(steps(resumed)).containsExactly(0L, 4L);
  }

  @Test
  void aPhaseThatWasLostBeforeItsFirstCheckpointBeginsAgain() throws IOException {
    train("lost", 1, 4);
    String once = sha256(train("lost", 2, 8, GROW));
    try (Stream<Path> checkpoints = Files.list(folder.resolve("lost/checkpoints"))) {
      for (Path newer : checkpoints.filter(p -> p.toString().contains("00008")).toList()) {
        Files.delete(newer.resolve("manifest.json"));
      }
    }

    assertThat(sha256(train("lost", 2, 8, GROW))).isEqualTo(once);
  }

  @Test
  void aPhaseReadsTheSameBlocksWithAnotherNumberOfWorkers() {
    train("two", 1, 4);
    Checkpoint two = train("two", 2, 8, GROW);
    train("three", 1, 4);
    Checkpoint three = train("three", 2, 8, GROW, "training.workers=3");

    assertThat(three.state().phases()).isEqualTo(two.state().phases());
    assertThat(three.state().rawTokens()).isEqualTo(two.state().rawTokens());
    assertThat(three.state().targetTokens()).isEqualTo(two.state().targetTokens());
  }

  @Test
  void aMixReplaysOldTextAndIsExactToo() {
    String mix = "corpus.mix=0.3";
    train("mixed", 1, 4);
    Checkpoint straight = train("mixed", 2, 12, GROW, mix);
    assertThat(straight.state().data()).endsWith("-row-groups-replay-2");

    train("stopped-mix", 1, 4);
    train("stopped-mix", 2, 8, GROW, mix);
    Checkpoint resumed = train("stopped-mix", 2, 12, GROW, "corpus.mix=0.9");
    assertThat(sha256(resumed)).isEqualTo(sha256(straight));
  }

  @Test
  void oneBlockInAStepCannotBeMixed() {
    assertThatThrownBy(
            () ->
                train(
                    "one", 1, 4, "corpus.mix=0.5", "training.batch-blocks=1", "training.workers=1"))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "corpus.mix needs at least 2 blocks in a step, but training.batch-blocks is 1: raise"
                + " it, or unset corpus.mix.");
  }

  @Test
  void anotherCorpusIsRefusedAsBefore() {
    train("shrunk", 2, 4);

    assertThatThrownBy(() -> train("shrunk", 1, 8, GROW))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("started with another corpus or tokenizer");
  }
}
