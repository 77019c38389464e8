package org.palimpsest.cli.compatibility;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.palimpsest.cli.compatibility.Artefacts.Outcome;

/** Runs and the corpus of commit 4772d44, to which text is added. */
@Tag("spark")
class GrowingRunsTest {
  @TempDir Path folder;
  private Artefacts artefacts;
  private Path more;

  @BeforeAll
  static void start() {
    LocalSpark.SETTINGS.forEach(System::setProperty);
  }

  @AfterAll
  static void stop() {
    SparkSession.builder().getOrCreate().stop();
    LocalSpark.SETTINGS.keySet().forEach(System::clearProperty);
  }

  @BeforeEach
  void addText() throws IOException {
    artefacts = Artefacts.copiedTo(folder);
    more = Files.writeString(folder.resolve("more.txt"), "New text came in.\n\n".repeat(80));
    Outcome added = prepare("--add", "--input", more.toString());
    assertThat(added.code()).as(added.err()).isZero();
  }

  private Outcome prepare(String... arguments) {
    String[] all = new String[arguments.length + 3];
    all[0] = "prepare";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    all[arguments.length + 1] = "--set";
    all[arguments.length + 2] = "corpus.path=" + artefacts.path("corpus");
    return Artefacts.run(all);
  }

  private JsonNode state(String run) {
    return Artefacts.json(Artefacts.checkpoint(artefacts.path(run)).resolve("state.json"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gradients", "spark-carried"})
  void aRunGoesOnWithTheNewText(String run) {
    String before = state(run).path("data").asText();
    artefacts.succeed(
        "pretrain", run, "--set", "training.steps=24", "--set", "training.on-new-data=grow");

    JsonNode phases = state(run).path("phases");
    assertThat(phases.size()).isEqualTo(2);
    assertThat(phases.path(0).path("data").asText()).isEqualTo(before);
    assertThat(phases.path(1).path("step").asLong()).isEqualTo(20);
    assertThat(phases.path(1).path("data").asText()).matches("[0-9a-f]{64}").isNotEqualTo(before);
  }

  @Test
  void aRunKeepsToItsTextOrEnds() {
    Outcome refused =
        Artefacts.run(
            "pretrain",
            "--config",
            artefacts.path("gradients.conf").toString(),
            "--set",
            artefacts.places("gradients").get(0),
            "--set",
            artefacts.places("gradients").get(1),
            "--set",
            "training.steps=24");
    assertThat(refused.code()).isEqualTo(3);
    assertThat(refused.err()).contains("has grown since the run began to read it (2 generations");

    artefacts.succeed(
        "pretrain",
        "gradients",
        "--set",
        "training.steps=40",
        "--set",
        "training.on-new-data=keep");
    Losses.assertRecorded(artefacts, "gradients");
  }

  @Test
  void theTextOfAnEarlierReleaseIsWithdrawnAsAWhole() {
    Outcome withdrawn = prepare("--remove-source", "text.txt");
    assertThat(withdrawn.code()).as(withdrawn.err()).isZero();

    artefacts.succeed("corpus purge", "gradients");
    JsonNode corpus =
        Artefacts.json(
            artefacts.succeed(
                "corpus inspect", "gradients", "--json", "--verify", "--blocks", "1000000"));
    assertThat(corpus.path("blocks").size()).isPositive();
    // A block may begin and end inside a document, wherever the lane's tokens fill it.
    String added = "New text came in.</s>".repeat(100);
    corpus
        .path("blocks")
        .forEach(block -> assertThat(added).contains(block.path("text").asText().strip()));
  }
}
