package org.palimpsest.pipeline.progress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.storage.StoredFolder;

/** What those who watch a run see of its evaluations. */
class RestorationsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Sample SAMPLE = Sample.of("a <mask> b", "a x b", "a y b");

  @TempDir Path run;
  private final TrainingLog log = new TrainingLog();

  @BeforeEach
  void begin() throws Exception {
    Files.writeString(run.resolve("status.json"), "{\"state\": \"running\"}");
  }

  private Restorations restoring(Function<org.apache.hadoop.fs.Path, List<Sample>> restorer) {
    return new Restorations(log, folder(), restorer);
  }

  private StoredFolder folder() {
    return new StoredFolder(
        new org.apache.hadoop.fs.Path(run.toString()), new Configuration(false));
  }

  private JsonNode ofFiles() throws Exception {
    return JSON.readTree(new RunFiles(run.toString(), new Configuration(false)).json());
  }

  private void evaluatedAt(long step) throws Exception {
    Files.writeString(
        run.resolve("evaluations.jsonl"), "{\"step\":%d,\"loss\":5.0}\n".formatted(step));
  }

  @Test
  void theEvaluatedCheckpointRestoresTexts() throws Exception {
    Restorations restorations =
        restoring(checkpoint -> List.of(Sample.of(checkpoint.getName(), "", "")));
    restorations.checkpointPublished("/run/checkpoints/step-4", 4);
    restorations.checkpointPublished("/run/checkpoints/step-8", 8);

    restorations.evaluated(8, 5, true);

    JsonNode samples = JSON.readTree(log.json()).path("samples");
    assertThat(samples).hasSize(1);
    assertThat(samples.path(0).path("damaged").asText()).isEqualTo("step-8");
  }

  @Test
  void theFolderShowsThoseOfTheNewestEvaluation() throws Exception {
    Restorations restorations = restoring(checkpoint -> List.of(SAMPLE));
    restorations.checkpointPublished("/run/checkpoints/step-8", 8);
    restorations.evaluated(8, 5, true);

    evaluatedAt(8);
    assertThat(ofFiles().path("samples").path(0).path("restored").asText()).isEqualTo("a x b");
    evaluatedAt(9);
    assertThat(ofFiles().path("samples")).isEmpty();
  }

  @Test
  void aFailureIsAWarning() throws Exception {
    Restorations restorations =
        restoring(
            checkpoint -> {
              throw PalimpsestException.input("The model is damaged.");
            });
    restorations.checkpointPublished("/run/checkpoints/step-8", 8);

    restorations.evaluated(8, 5, true);

    assertThat(JSON.readTree(log.json()).path("warnings").path(0).asText())
        .isEqualTo(
            "The texts of the display were not restored, but the training goes on: The model is"
                + " damaged.");
  }

  @Test
  void aCancellationStopsTheRun() {
    Restorations restorations =
        restoring(
            checkpoint -> {
              throw new IllegalStateException("Job 7 cancelled part of a group");
            });
    restorations.checkpointPublished("/run/checkpoints/step-8", 8);

    assertThatThrownBy(() -> restorations.evaluated(8, 5, true))
        .hasMessageContaining("Job 7 cancelled");
  }

  @Test
  void longTextsAreTruncated() {
    assertThat(Sample.of("x".repeat(301), "", "").damaged()).isEqualTo("x".repeat(300) + "…");
    assertThat(Sample.of("x".repeat(299) + "😀", "", "").damaged())
        .isEqualTo("x".repeat(299) + "…");
  }
}
