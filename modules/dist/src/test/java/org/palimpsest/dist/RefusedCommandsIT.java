package org.palimpsest.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.palimpsest.dist.SmallRun.copied;
import static org.palimpsest.dist.SmallRun.expectFailure;
import static org.palimpsest.dist.SmallRun.flipAByte;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.dist.InProcess.Outcome;

/** Error messages for invalid input, and what stays unchanged. */
@ExtendWith(SmallRunExtension.class)
@Tag("cluster")
class RefusedCommandsIT {
  @TempDir private Path scratch;

  private final SmallRun small;

  RefusedCommandsIT(SmallRun small) {
    this.small = small;
  }

  @Test
  void namesMissingInput() {
    expectFailure(
        small.command(
            "prepare",
            "--set",
            "run.directory=" + scratch,
            "--input",
            scratch.resolve("none").toString()),
        3,
        scratch.resolve("none").toString());
    assertThat(scratch).isEmptyDirectory();
  }

  @Test
  void rejectsEmptyInput() throws IOException {
    Path empty = Files.writeString(scratch.resolve("empty.txt"), " \n\n");

    expectFailure(
        small.command("prepare", "--set", "run.directory=" + scratch, "--input", empty.toString()),
        3,
        "empty");
    assertThat(scratch.resolve("corpus/manifest.json")).doesNotExist();
  }

  @Test
  void rejectsAFolderWithoutManifest() {
    expectFailure(
        small.command("pretrain", "--set", "corpus.path=" + scratch),
        3,
        scratch + " is not a corpus: it has no manifest.json (or was not finished).");
  }

  @Test
  void rejectsADamagedManifest() throws IOException {
    Path copy = copied(small.folder().resolve("corpus"), scratch.resolve("corpus"));
    Path manifest = copy.resolve("manifest.json");
    Files.writeString(
        manifest, Files.readString(manifest).replace("\"blockSize\" : 32", "\"blockSize\" : 33"));

    expectFailure(small.command("preview", "--set", "corpus.path=" + copy), 3, "damaged");
  }

  @Test
  void keepsTheExportedModelIfCheckpointsAreDamaged() throws IOException {
    Path copy = copied(small.folder(), scratch.resolve("run"));
    try (Stream<Path> files = Files.walk(copy.resolve("checkpoints"))) {
      for (Path file : files.filter(path -> path.endsWith("parameters.bin")).toList()) {
        flipAByte(file);
      }
    }
    byte[] model = Files.readAllBytes(copy.resolve("model/model.safetensors"));

    expectFailure(
        small.command("export", "--set", "run.directory=" + copy), 3, "There are checkpoints in ");
    assertThat(copy.resolve("model/model.safetensors")).hasBinaryContent(model);
  }

  @Test
  void suggestsTheNearestKey() {
    expectFailure(
        small.command("pretrain", "--set", "training.worker=2"),
        2,
        "Unknown configuration key 'training.worker': the nearest known key is"
            + " 'training.workers'.");
  }

  @Test
  void listsTheKnownObjectivesForAnUnknownOne() {
    Outcome outcome = small.command("preview", "--objective", "brat");

    expectFailure(outcome, 2, "brat");
    assertThat(outcome.err()).contains("bart").contains("t5").contains("mass");
  }

  @Test
  void rejectsAnEmptyText() {
    expectFailure(
        small.run("restore", "--model", small.folder().resolve("model").toString(), "--text", " "),
        3,
        "The text to restore is empty: provide some text.");
  }

  @Test
  void rejectsAFolderWithoutModel() {
    expectFailure(
        small.run("restore", "--model", scratch.toString(), "--text", "a <mask>"),
        3,
        scratch + " is not a model folder: it has no config.json.");
  }

  @Test
  void exportKeepsAFolderWithOtherFiles() throws IOException {
    Path precious = Files.writeString(scratch.resolve("thesis.txt"), "years of work");

    expectFailure(
        small.command("export", "--to", scratch.toString()),
        3,
        scratch + " holds something else than a model, which will not be overwritten");
    assertThat(scratch).isDirectoryContaining(file -> file.equals(precious));
    assertThat(scratch.toFile().list()).hasSize(1);
  }

  @Test
  void tooManyWorkersEndWithTheExitCodeOfTheCluster() {
    expectFailure(
        small.command(
            "pretrain",
            "--set",
            "training.workers=3",
            "--set",
            "run.directory=" + scratch,
            "--set",
            "corpus.path=" + small.folder().resolve("corpus")),
        5,
        "training.workers is 3, but Spark has room for 2 tasks at once");
  }

  @Test
  void doctorFailsWithTooFewSlots() {
    Outcome outcome = small.command("doctor", "--set", "training.workers=3");

    assertThat(outcome.code()).isEqualTo(5);
    assertThat(outcome.out())
        .contains("fail  slots                training.workers is 3, but Spark has room for 2");
  }
}
