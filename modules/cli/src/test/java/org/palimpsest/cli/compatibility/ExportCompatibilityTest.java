package org.palimpsest.cli.compatibility;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Exports of a BART and a T5 of commit 4772d44, and exports of the same checkpoints made today. */
class ExportCompatibilityTest {
  private static final String WEIGHTS = "model.safetensors";
  private static final Path DIFFERENCES = Artefacts.COMMITTED.resolve("json-differences.txt");

  @TempDir private static Path folder;
  private static Artefacts artefacts;

  @BeforeAll
  static void export() throws IOException {
    artefacts = Artefacts.copiedTo(folder);
    for (String run : List.of("collective", "spark-average")) {
      artefacts.succeed("export", run, "--to", artefacts.path(run + "-now").toString());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"collective", "spark-average"})
  void theWeightsAreTheSameToTheByte(String run) {
    assertThat(artefacts.path(run + "-now").resolve(WEIGHTS))
        .hasSameBinaryContentAs(artefacts.path(run).resolve("model").resolve(WEIGHTS));
  }

  @ParameterizedTest
  @ValueSource(strings = {"collective", "spark-average"})
  void anExportOfThenIsImportedWithTheSameWeights(String run) {
    Path model = artefacts.path(run).resolve("model");
    Path imported = artefacts.path(run + "-imported");
    artefacts.succeed("import", run, "--from", model.toString(), "--to", imported.toString());
    assertThat(imported.resolve(WEIGHTS)).hasSameBinaryContentAs(model.resolve(WEIGHTS));
  }

  @Test
  void everyDifferenceOfAJsonFileIsOnTheList() throws IOException {
    Set<String> found = new TreeSet<>();
    for (String run : List.of("collective", "spark-average")) {
      Path then = artefacts.path(run).resolve("model");
      Path now = artefacts.path(run + "-now");
      for (String name : names(then, now)) {
        differences(run + "/" + name, read(then.resolve(name)), read(now.resolve(name)), found);
      }
    }
    List<String> listed =
        Files.readAllLines(DIFFERENCES).stream().filter(line -> !line.startsWith("#")).toList();
    assertThat(found).containsExactlyInAnyOrderElementsOf(listed);
  }

  private static Set<String> names(Path... folders) throws IOException {
    Set<String> names = new TreeSet<>();
    for (Path path : folders) {
      try (Stream<Path> files = Files.list(path)) {
        files.map(file -> file.getFileName().toString()).forEach(names::add);
      }
    }
    names.removeIf(name -> !name.endsWith(".json") || name.startsWith("."));
    return names;
  }

  private static JsonNode read(Path file) {
    return Files.exists(file) ? Artefacts.json(file) : Artefacts.json("{}");
  }

  private static void differences(String at, JsonNode then, JsonNode now, Set<String> found) {
    if (!then.isObject() || !now.isObject()) {
      if (!then.equals(now)) {
        found.add(at);
      }
      return;
    }
    Set<String> names = new LinkedHashSet<>();
    then.fieldNames().forEachRemaining(names::add);
    now.fieldNames().forEachRemaining(names::add);
    names.forEach(name -> differences(at + "/" + name, then.path(name), now.path(name), found));
  }
}
