package org.palimpsest.cli.compatibility;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.run.SegmentWithoutSteps;

/** Checkpoints of commit 4772d44: read, written again, and trained on. */
@Tag("spark")
class CheckpointCompatibilityTest {
  @BeforeAll
  static void start() {
    LocalSpark.SETTINGS.forEach(System::setProperty);
  }

  @AfterAll
  static void stop() {
    SparkSession.builder().getOrCreate().stop();
    LocalSpark.SETTINGS.keySet().forEach(System::clearProperty);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gradients", "collective", "spark-carried", "spark-average"})
  void everyFileIsWhatItsManifestSays(String run, @TempDir Path folder) throws IOException {
    String verdicts = Artefacts.copiedTo(folder).succeed("checkpoints verify", run);
    assertThat(verdicts.lines()).singleElement().asString().startsWith("ok ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gradients", "collective", "spark-carried", "spark-average"})
  void whatIsReadIsWrittenAgainWithTheSameBytes(String run, @TempDir Path folder)
      throws IOException {
    Artefacts artefacts = Artefacts.copiedTo(folder);
    // The session is the commands' own.
    artefacts.succeed("pretrain", run);
    Path then = Artefacts.checkpoint(Artefacts.COMMITTED.resolve(run));
    Path now =
        Path.of(SegmentWithoutSteps.save(recipe(artefacts, run), SparkSession.active()).getPath());
    assertThat(now.getFileName()).isNotEqualTo(then.getFileName());
    assertThat(position(now)).isEqualTo(position(then));
    for (String name : List.of("parameters.bin", "outer.bin", "tokenizer.json")) {
      assertThat(Files.exists(now.resolve(name))).isEqualTo(Files.exists(then.resolve(name)));
      if (Files.exists(then.resolve(name))) {
        assertThat(now.resolve(name)).hasSameBinaryContentAs(then.resolve(name));
      }
    }
    for (String vector : List.of("file", "residual")) {
      List<Path> before = ofWorkers(then, vector);
      List<Path> after = ofWorkers(now, vector);
      assertThat(after.isEmpty()).as(vector).isEqualTo(before.isEmpty());
      for (int rank = 0; rank < after.size(); rank++) {
        // A mean of moments is one file for all; a worker that has read it writes it as its own.
        Path own = before.size() == 1 ? before.get(0) : before.get(rank);
        assertThat(after.get(rank)).hasSameBinaryContentAs(own);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gradients", "collective", "spark-carried", "spark-average"})
  void theNextTwentyStepsHaveTheRecordedLosses(String run, @TempDir Path folder)
      throws IOException {
    Artefacts artefacts = Artefacts.copiedTo(folder);
    artefacts.succeed("pretrain", run, "--set", "training.steps=40");
    Losses.assertRecorded(artefacts, run);
  }

  private static Recipe recipe(Artefacts artefacts, String run) {
    return Recipe.load(artefacts.path(run + ".conf")).with(artefacts.places(run));
  }

  /**
   * Where the run is, without what a segment says of itself (what its workers learned from, the
   * time) and without the names of files.
   */
  private static JsonNode position(Path checkpoint) {
    ObjectNode state = (ObjectNode) Artefacts.json(checkpoint.resolve("state.json"));
    state.remove("seconds");
    List<Long> updates = new ArrayList<>();
    state.path("workers").forEach(worker -> updates.add(worker.path("updates").asLong()));
    state.put("updates", updates.stream().distinct().toList().toString());
    state.remove("workers");
    return state;
  }

  /** The files of one kind that the workers have left, by rank. */
  private static List<Path> ofWorkers(Path checkpoint, String vector) {
    JsonNode state = Artefacts.json(checkpoint.resolve("state.json"));
    List<Path> files = new ArrayList<>();
    state
        .path("workers")
        .forEach(
            worker -> {
              String name = worker.path(vector).asText();
              if (!name.isEmpty()) {
                files.add(checkpoint.resolve(name));
              }
            });
    return files;
  }
}
