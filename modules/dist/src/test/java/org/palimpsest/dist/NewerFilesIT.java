package org.palimpsest.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.palimpsest.dist.SmallRun.copied;
import static org.palimpsest.dist.SmallRun.expectFailure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.palimpsest.base.Digests;

/** Files of a later version of the program: commands refuse them, and change none. */
@ExtendWith(SmallRunExtension.class)
@Tag("cluster")
class NewerFilesIT {
  @TempDir private Path scratch;

  private final SmallRun small;
  private Path run;

  NewerFilesIT(SmallRun small) {
    this.small = small;
  }

  @BeforeEach
  void copy() throws IOException {
    run = copied(small.folder(), scratch.resolve("run"));
  }

  private static void change(Path manifest, String before, String after) throws IOException {
    String text = Files.readString(manifest);
    assertThat(text).contains(before);
    Files.writeString(manifest, text.replace(before, after));
  }

  /** Checksums of what was prepared, saved, and exported. */
  private Map<Path, String> content() throws IOException {
    Map<Path, String> content = new TreeMap<>();
    for (String folder : List.of("corpus", "checkpoints", "model")) {
      try (Stream<Path> files = Files.walk(run.resolve(folder))) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          content.put(file, Digests.sha256Hex(Files.readAllBytes(file)));
        }
      }
    }
    content.keySet().removeIf(file -> file.getFileName().toString().matches("\\..*|.*lease.*"));
    return content;
  }

  private void requireRefused(String command, String sentence) throws IOException {
    Map<Path, String> before = content();
    String[] words = command.split(" ");
    String[] settings = new String[words.length + 1];
    settings[0] = "--set";
    settings[1] = "run.directory=" + run;
    System.arraycopy(words, 1, settings, 2, words.length - 1);

    expectFailure(small.command(words[0], settings), 3, sentence);

    assertThat(content()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"prepare", "pretrain", "preview", "evaluate"})
  void aCorpusIsRefused(String command) throws IOException {
    change(run.resolve("corpus/manifest.json"), "\"schemaVersion\" : 1", "\"schemaVersion\" : 9");
    requireRefused(
        command,
        "corpus has format version 9, but this version of Palimpsest reads 1 and 2: use the version"
            + " that wrote it.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"pretrain --set training.steps=30", "export", "evaluate"})
  void checkpointsAreRefused(String command) throws IOException {
    try (Stream<Path> files = Files.walk(run.resolve("checkpoints"))) {
      for (Path manifest : files.filter(file -> file.endsWith("manifest.json")).toList()) {
        change(manifest, "\"version\" : 1", "\"version\" : 9");
      }
    }
    requireRefused(
        command,
        " has format version 9, but this version of Palimpsest reads 1 and 2: use the version that"
            + " wrote it.");
  }
}
