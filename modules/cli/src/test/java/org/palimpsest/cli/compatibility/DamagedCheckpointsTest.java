package org.palimpsest.cli.compatibility;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.cli.compatibility.Artefacts.Outcome;

/** What commands do with a run whose newest checkpoint is damaged or cannot be read. */
class DamagedCheckpointsTest {
  private static final String RUN = "collective";

  @TempDir Path folder;

  private Artefacts artefacts;
  private Path older;
  private Path newest;

  @BeforeEach
  void copy() throws IOException {
    artefacts = Artefacts.copiedTo(folder);
    older = Artefacts.checkpoint(artefacts.path(RUN));
    newest = older.resolveSibling("step-00000040-0123456789ab");
    FileUtils.copyDirectory(older.toFile(), newest.toFile());
  }

  private void damage() throws IOException {
    Path file = newest.resolve("parameters.bin");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
  }

  private void makeForeign() throws IOException {
    Path manifest = newest.resolve("manifest.json");
    String text = Files.readString(manifest);
    assertThat(text).contains("\"version\" : 1");
    Files.writeString(manifest, text.replace("\"version\" : 1", "\"version\" : 9"));
  }

  private Outcome run(String command, String... more) {
    List<String> arguments = new ArrayList<>(List.of(command.split(" ")));
    arguments.addAll(List.of("--config", artefacts.path(RUN + ".conf").toString()));
    artefacts.places(RUN).forEach(setting -> arguments.addAll(List.of("--set", setting)));
    arguments.addAll(List.of(more));
    return Artefacts.run(arguments.toArray(String[]::new));
  }

  @Test
  void exportNamesBothCheckpoints() throws IOException {
    damage();
    Outcome export = run("export", "--json", "--to", folder.resolve("exported").toString());
    assertThat(export.code()).as(export.err()).isZero();
    assertThat(export.err().lines())
        .contains(
            "Warning: file:"
                + newest
                + "/parameters.bin is damaged: its size or checksum differs from the manifest. The"
                + " checkpoint file:"
                + older
                + " is used instead.");
    assertThat(Artefacts.json(export.out()).path("checkpoint").asText()).isEqualTo("file:" + older);
  }

  @Test
  void exportNeedsNoOptimizerState() throws IOException {
    Files.write(
        newest.resolve("optimizer-00000.bin"),
        new byte[(int) Files.size(newest.resolve("optimizer-00000.bin"))]);
    Outcome export = run("export", "--json", "--to", folder.resolve("exported").toString());
    assertThat(export.err()).doesNotContain("Warning");
    assertThat(Artefacts.json(export.out()).path("checkpoint").asText())
        .isEqualTo("file:" + newest);
  }

  @Test
  void verifyEndsWithItsExitCode() throws IOException {
    damage();
    Outcome verify = run("checkpoints verify");
    assertThat(verify.code()).isEqualTo(3);
    assertThat(verify.out().lines())
        .containsExactly(
            "ok          " + older.getFileName(), "damaged     " + newest.getFileName());
  }

  @Test
  void pruneDoesNotCountIt() throws IOException {
    damage();
    Outcome prune = run("checkpoints prune", "--keep", "1");
    assertThat(prune.code()).as(prune.err()).isZero();
    assertThat(prune.out()).isEmpty();
    assertThat(prune.err()).contains("parameters.bin is damaged").contains("It was put aside.");
    assertThat(older.resolve("manifest.json")).exists();
    Outcome verify = run("checkpoints verify");
    assertThat(verify.code()).as("exit code of verify").isZero();
    assertThat(verify.out()).contains("put aside   " + newest.getFileName());
    assertThat(run("checkpoints list").out()).contains(newest.getFileName() + ": put aside: file:");
    Outcome export = run("export", "--json", "--to", folder.resolve("exported").toString());
    assertThat(export.err()).contains("parameters.bin is damaged").contains("is used instead.");
  }

  @Test
  void anotherVersionStopsCommandsButTheList() throws IOException {
    makeForeign();
    String sentence = "has format version 9, but this version of Palimpsest reads 1 and 2";
    for (String command : List.of("export", "checkpoints prune", "checkpoints verify")) {
      Outcome outcome = run(command);
      assertThat(outcome.code()).as(command).isEqualTo(3);
      assertThat(outcome.err()).as(command).contains(sentence);
    }
    Outcome list = run("checkpoints list");
    assertThat(list.code()).isZero();
    assertThat(list.out()).contains(sentence).contains(older.getFileName().toString());
    assertThat(run("checkpoints verify").out()).contains("unreadable  " + newest.getFileName());
    assertThat(newest.resolve("parameters.bin")).exists();
  }
}
