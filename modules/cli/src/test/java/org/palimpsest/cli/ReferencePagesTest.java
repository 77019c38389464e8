package org.palimpsest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The pages on formats, exit codes, and objectives are complete. */
class ReferencePagesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path WRITTEN = Path.of("src/test/resources/compatibility");
  private static final Pattern FIRST_CELL = Pattern.compile("^\\| ([^|]+) \\|", Pattern.MULTILINE);
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  /** The names in the first column of the tables of a section. */
  private static Set<String> names(String page, String section) {
    Set<String> names = new TreeSet<>();
    FIRST_CELL
        .matcher(MarkdownPage.of("docs/reference/" + page).section(section))
        .results()
        .flatMap(cell -> CODE.matcher(cell.group(1)).results())
        .forEach(code -> names.add(code.group(1)));
    return names;
  }

  private static Set<String> fields(Path file) throws IOException {
    JsonNode first = JSON.readTree(Files.readAllLines(file).get(0));
    JsonNode json = first.isMissingNode() || first.isEmpty() ? JSON.readTree(file.toFile()) : first;
    Set<String> fields = new TreeSet<>();
    json.fieldNames().forEachRemaining(fields::add);
    return fields;
  }

  @ParameterizedTest
  @CsvSource({"metrics.jsonl", "evaluations.jsonl"})
  void everyFieldOfALogIsDescribed(String log) throws IOException {
    assertThat(names("run-files.md", log)).isEqualTo(fields(WRITTEN.resolve("gradients/" + log)));
  }

  @Test
  void everyFieldOfACorpusManifestIsDescribed() throws IOException {
    JsonNode manifest = JSON.readTree(WRITTEN.resolve("corpus/manifest.json").toFile());
    Set<String> fields = new TreeSet<>();
    manifest.fieldNames().forEachRemaining(fields::add);
    // The release that wrote this corpus did not record them.
    fields.addAll(Set.of("blockOrder", "fence", "replaces"));
    assertThat(names("corpus.md", "Manifest")).isEqualTo(fields);
  }

  @Test
  void everyFileAndFieldOfACheckpointIsDescribed() throws IOException {
    Set<String> files = names("checkpoint.md", "Files");
    Set<String> fields = names("checkpoint.md", "state.json");
    for (Path checkpoint : checkpoints()) {
      JsonNode state = JSON.readTree(checkpoint.resolve("state.json").toFile());
      state.fieldNames().forEachRemaining(field -> assertThat(fields).contains(field));
      try (Stream<Path> written = Files.list(checkpoint)) {
        assertThat(written.map(file -> file.getFileName().toString()))
            .allSatisfy(
                name -> assertThat(files).contains(name.replaceAll("-\\d+(-\\d+)?", "-00000")));
      }
    }
  }

  private static List<Path> checkpoints() throws IOException {
    List<Path> found = new ArrayList<>();
    for (String run : List.of("collective", "gradients", "spark-average", "spark-carried")) {
      try (Stream<Path> folders = Files.list(WRITTEN.resolve(run).resolve("checkpoints"))) {
        folders.filter(Files::isDirectory).forEach(found::add);
      }
    }
    assertThat(found).hasSizeGreaterThanOrEqualTo(4);
    return found;
  }

  @Test
  void everyFileOfAModelFolderIsDescribed() throws IOException {
    String page = RepositoryFiles.read("docs/reference/export.md");
    try (Stream<Path> files = Files.list(WRITTEN.resolve("spark-average/model"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .isNotEmpty()
          .allSatisfy(name -> assertThat(page).contains("| `" + name + "` |"));
    }
  }

  @Test
  void everyExitCodeIsDescribed() {
    String page = RepositoryFiles.read("docs/reference/exit-codes.md");
    var codes =
        Main.commandLine(Console.plain(nowhere(), nowhere()))
            .getCommandSpec()
            .usageMessage()
            .exitCodeList();
    assertThat(codes.keySet())
        .isNotEmpty()
        .allSatisfy(code -> assertThat(page).contains("\n| " + code + " | "));
  }

  @Test
  void everyNamedObjectiveHasASection() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
    assertThat(Main.run(Console.plain(stream, nowhere()), "objectives", "--json")).isZero();
    List<String> names = new ArrayList<>();
    for (String line : out.toString(StandardCharsets.UTF_8).lines().toList()) {
      names.add(JSON.readTree(line).get("objective").asText());
    }
    String page = RepositoryFiles.read("docs/guides/objectives.md");
    assertThat(names)
        .contains("bart", "t5")
        .allSatisfy(name -> assertThat(page).contains("\n### " + name + "\n"));
  }

  private static PrintStream nowhere() {
    return new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
  }
}
