package org.palimpsest.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.palimpsest.dist.SmallRun.expectFailure;
import static org.palimpsest.dist.SmallRun.expectSuccess;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.dist.InProcess.Outcome;
import org.palimpsest.storage.Deadline;
import org.palimpsest.storage.Lease;

/** {@code nightly} on a small corpus: what each night does, and what it skips. */
@Tag("spark")
class NightlyIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private static Path scratch;
  private static InProcess commands;
  private static Path first;

  @TempDir private Path folder;

  /** The first night, which the tests go on from. */
  @BeforeAll
  static void firstNight() throws IOException {
    commands = new InProcess("local[2]");
    first = scratch.resolve("run");
    Files.createDirectories(scratch.resolve("in"));
    Stories.write(scratch.resolve("in/monday.txt"), 600);
    Outcome night = expectSuccess(night(first));
    assertThat(night.out())
        .contains("prepare: ", "doctor: ", "pretrain: ", "evaluate: ", "export: ", "report: ")
        .contains("1 new input, ")
        .containsPattern("Exported: held-out loss [0-9.]+, the first export\\.");
  }

  @AfterAll
  static void close() {
    commands.close();
  }

  private Path run;

  @BeforeEach
  void copy() throws IOException {
    run = SmallRun.copied(first, folder.resolve("run"));
  }

  private static Outcome night(Path run, String... more) {
    return SmallRun.command(commands, scratch.resolve("in"), run, "nightly", more);
  }

  private JsonNode lastLine() throws IOException {
    List<String> lines = Files.readAllLines(run.resolve("history.jsonl"));
    return JSON.readTree(lines.get(lines.size() - 1));
  }

  private FileTime exported() throws IOException {
    return Files.getLastModifiedTime(run.resolve("model/config.json"));
  }

  private void state(String step, Double exportedLoss) throws IOException {
    ObjectNode state = (ObjectNode) JSON.readTree(run.resolve("nightly.json").toFile());
    if (step != null) {
      state.put("began", "2026-03-02T22:00:00Z").put("step", step);
    }
    if (exportedLoss == null) {
      state.remove("exported");
    } else {
      ((ObjectNode) state.path("exported")).put("loss", exportedLoss);
    }
    Files.writeString(run.resolve("nightly.json"), state.toString());
  }

  @Test
  void leavesAModelAReportAndALine() throws IOException {
    assertThat(run.resolve("model/model.safetensors")).exists();
    assertThat(run.resolve("report.html")).content().contains("On corrupted positions");
    JsonNode line = lastLine();
    assertThat(line.path("command").asText()).isEqualTo("nightly");
    assertThat(line.path("ending").asText()).isEqualTo("finished");
    assertThat(line.path("step").asLong()).isEqualTo(20);
    assertThat(line.path("heldOutLoss").asDouble()).isPositive();
    assertThat(line.path("night").fieldNames())
        .toIterable()
        .containsExactly("prepare", "doctor", "pretrain", "evaluate", "export", "report");
    assertThat(JSON.readTree(run.resolve("nightly.json").toFile()).has("step")).isFalse();
  }

  @Test
  void doesNothingWhenThereIsNothingToDo() throws IOException {
    FileTime before = exported();

    Outcome night = expectSuccess(night(run));

    assertThat(night.out())
        .contains("Skipped: there is no new text.")
        .doesNotContain("doctor: ")
        .contains("Skipped: this checkpoint is exported already.")
        .doesNotContain("report: ");
    assertThat(exported()).isEqualTo(before);
    assertThat(lastLine().path("night").path("doctor").asText())
        .isEqualTo("Skipped: all steps are done.");
  }

  @Test
  void goesOnWithMoreSteps() throws IOException {
    expectSuccess(night(run, "--set", "training.steps=30"));

    assertThat(lastLine().path("firstStep").asLong()).isEqualTo(20);
    assertThat(lastLine().path("step").asLong()).isEqualTo(30);
    assertThat(lastLine().path("night").path("evaluate").asText()).startsWith("Held-out loss ");
  }

  @Test
  void readsTheTextOfTheDayOrSaysWhyNot() throws IOException {
    Path day = Files.createDirectories(folder.resolve("in"));
    Files.writeString(day.resolve("tuesday.txt"), "It rained all day, and nobody came.\n\n");
    String[] more = {"--set", "training.steps=30"};

    Outcome refused = SmallRun.command(commands, day, run, "nightly", more);
    assertThat(refused.code()).isEqualTo(3);
    assertThat(refused.err()).contains("set training.on-new-data to grow to read all of it");

    Outcome night =
        expectSuccess(
            SmallRun.command(
                commands,
                day,
                run,
                "nightly",
                "--set",
                "training.steps=30",
                "--set",
                "training.on-new-data=grow"));
    assertThat(night.out()).contains("Skipped: there is no new text.");
    assertThat(lastLine().path("step").asLong()).isEqualTo(30);
    assertThat(night.err() + night.out()).contains("From step 20 on, the run reads 2 generations");
  }

  @Test
  void keepsTheOlderExportIfTheNewModelIsWorse() throws IOException {
    state(null, 0.5);
    FileTime before = exported();

    Outcome night = expectSuccess(night(run, "--set", "training.steps=30"));

    assertThat(night.err())
        .containsPattern(
            "Warning: The older export is kept: the held-out loss rose from 0\\.5000 to"
                + " [0-9.]+\\.\n");
    assertThat(lastLine().path("warnings").toString()).contains("The older export is kept");
    assertThat(exported()).isEqualTo(before);
  }

  @Test
  void endsAtItsTimeLimitWithSixOrZero() throws IOException {
    String[] limited = {"--set", "training.steps=1000000", "--set", "training.time-limit=1s"};
    assertThat(night(run, limited).code()).isEqualTo(6);
    assertThat(lastLine().path("ending").asText()).isEqualTo("time-limit");

    String[] zero = {
      "--set",
      "training.steps=1000000",
      "--set",
      "training.time-limit=1s",
      "--set",
      "run.exit-codes=zero-to-go-on"
    };
    assertThat(night(run, zero).code()).isZero();
    assertThat(lastLine().path("ending").asText()).isEqualTo("time-limit");
    assertThat(run.resolve("status.json")).content().contains("\"exitCode\" : 0");
  }

  @Test
  void goesOnWithoutASourceThatIsMissingTonight() throws IOException {
    Path gone = folder.resolve("gone");
    Outcome night =
        expectSuccess(
            night(
                run,
                "--set",
                "corpus.input=[\"" + scratch.resolve("in") + "\", \"" + gone + "\"]"));

    assertThat(night.err()).contains("Warning: The input " + gone + " is missing tonight.\n");
    assertThat(lastLine().path("warnings").toString()).contains("is missing tonight");
  }

  @Test
  void refusesToBeginASecondNight() throws IOException {
    Files.delete(run.resolve("status.json"));
    try (Lease held =
        Lease.take(
            new org.apache.hadoop.fs.Path(run.resolve("nightly").toString()),
            new Configuration(),
            Duration.ofMinutes(1),
            Deadline.ofCheckpoints(Duration.ofMinutes(1)))) {
      assertThat(held.number()).isPositive();
      expectFailure(night(run), 5, "palimpsest: Another night is active (file:");
    }
    assertThat(lastLine().path("ending").asText()).isEqualTo("failed");
  }

  @Test
  void repairsAnExportThatWasKilled() throws IOException {
    Files.delete(run.resolve("model/config.json"));
    state("export", null);

    Outcome night = expectSuccess(night(run));

    assertThat(night.err())
        .contains("The night of 2026-03-02T22:00:00Z was killed in the step export");
    assertThat(night.out()).contains("Exported: ").contains("the first export.");
    assertThat(run.resolve("model/config.json")).exists();
    assertThat(run.resolve("history.jsonl"))
        .content()
        .contains(
            "\"ending\":\"killed\",\"reason\":\"The process was killed, or its machine failed, in"
                + " the step export.\"");
  }

  @Test
  void comparesWithAnExportWhoseScoreIsNotKnown() throws IOException {
    state("export", null);

    Outcome night = expectSuccess(night(run));

    assertThat(night.out()).containsPattern("before [0-9.]+, and the run is finished\\.");
  }

  @Test
  void saysWhatTheClusterLacks() {
    expectFailureOfTheCheck(
        night(
            run,
            "--set",
            "training.steps=30",
            "--set",
            "training.workers=9",
            "--set",
            "training.batch-blocks=9"));
  }

  private static void expectFailureOfTheCheck(Outcome night) {
    assertThat(night.code()).as(night.err()).isEqualTo(5);
    assertThat(night.err()).containsPattern("palimpsest: The cluster cannot train tonight[:(]?");
  }

  @Test
  void doesNotTakeAFailureForAKill() throws IOException {
    assertThat(night(run, "--set", "corpus.block-size=64", "--set", "corpus.input=wordnet").code())
        .isEqualTo(2);

    Outcome night = expectSuccess(night(run));

    assertThat(night.err()).doesNotContain("was killed");
  }

  @Test
  void exportsWithoutHeldOutText() throws IOException {
    Path unscored = folder.resolve("unscored");

    Outcome night = expectSuccess(night(unscored, "--set", "corpus.validation-share=0"));

    assertThat(night.out())
        .contains("Exported without a comparison, because the corpus has no held-out text.");
    assertThat(unscored.resolve("model/config.json")).exists();
    assertThat(expectSuccess(night(unscored, "--set", "corpus.validation-share=0")).out())
        .contains("Skipped: this checkpoint is exported already.");
  }
}
