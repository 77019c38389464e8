package org.palimpsest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Preparing, extending, and inspecting a corpus. */
class InspectCommandTest {
  private static final Map<String, String> SPARK =
      Map.of(
          "spark.master", "local[2]",
          "spark.app.name", "cli tests",
          "spark.ui.enabled", "false",
          "spark.driver.host", "127.0.0.1",
          "spark.driver.bindAddress", "127.0.0.1");

  @TempDir private static Path folder;
  private static Path corpus;
  private static String prepared;

  private record Outcome(int code, String out, String err) {}

  @BeforeAll
  static void prepare() throws Exception {
    SPARK.forEach(System::setProperty);
    Path text = folder.resolve("first.txt");
    Files.writeString(text, "A mouse lives in a house. It eats </s> the cheese.\n\n".repeat(200));
    Path more = Files.writeString(folder.resolve("more.txt"), "One more line.\n\n".repeat(40));
    corpus = folder.resolve("corpus");
    Outcome first = run(prepare(text));
    assertThat(first.code()).as(first.err()).isZero();
    prepared = first.err();
    Outcome second = run(prepare(more, "--add"));
    assertThat(second.code()).as(second.err()).isZero();
  }

  private static String[] prepare(Path text, String... more) {
    String[] arguments = {
      "prepare",
      "--input",
      text.toString(),
      "--set",
      "corpus.path=" + corpus,
      "--set",
      "corpus.block-size=32",
      "--set",
      "corpus.policy=apart",
      "--set",
      "corpus.lanes=3",
      "--set",
      "corpus.validation-share=0.1",
      "--set",
      "tokenizer.train.size=420"
    };
    return Stream.concat(Arrays.stream(arguments), Arrays.stream(more)).toArray(String[]::new);
  }

  @AfterAll
  static void stop() {
    CliEnvironment.stopSpark();
    SPARK.keySet().forEach(System::clearProperty);
  }

  private static Outcome run(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code =
        Main.run(
            Console.plain(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8)),
            arguments);
    return new Outcome(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  @Test
  void prepareShowsDescriptionsOfItsStages() {
    assertThat(prepared)
        .containsPattern("Count words: \\d+ of \\d+ tasks, ")
        .containsPattern("Tokenize: \\d+ of \\d+ tasks, ")
        .containsPattern("Write lanes: \\d+ of \\d+ tasks, ");
  }

  @Test
  void showsTheManifestAndThreeBlocks() {
    Outcome outcome = run("corpus", "inspect", corpus.toString(), "--seed", "3");
    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(outcome.out())
        .contains("block size             32")
        .containsPattern("documents +\\d+ +\\d+")
        .containsPattern("padding +\\d+\\.\\d\\d%")
        .containsPattern("(?m)^1 +200 .*first.txt$")
        .containsPattern("(?m)^2 +40 .*more.txt$")
        .contains("rejected records       0")
        .contains("training blocks by length")
        .containsPattern("(?m)^ +31-32 +\\d+ #+$");
    assertThat(outcome.out().lines().filter(line -> line.startsWith("block ")).count())
        .as("one line for the block size and three for blocks")
        .isEqualTo(4);
    assertThat(run("corpus", "inspect", corpus.toString(), "--seed", "3").out())
        .isEqualTo(outcome.out());
  }

  @Test
  void jsonContainsManifestAndBlocks() throws Exception {
    Outcome outcome =
        run("corpus", "inspect", corpus.toString(), "--json", "--verify", "--blocks", "2");
    assertThat(outcome.code()).as(outcome.err()).isZero();
    JsonNode page = new ObjectMapper().readTree(outcome.out());
    assertThat(page.path("verified").asBoolean()).isTrue();
    assertThat(page.path("manifest").path("generations")).hasSize(2);
    assertThat(page.path("blocks")).hasSize(2);
    assertThat(page.path("blocks").get(0).path("text").asText()).isNotEmpty();
    assertThat(outcome.err()).contains("Check lanes: ");
  }

  /** All texts of the first file are equal. */
  @Test
  void contaminationCountsHeldOutTextThatIsTrainedOn() throws Exception {
    Outcome outcome = run("corpus", "inspect", corpus.toString(), "--contamination");
    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(outcome.out())
        .contains(
            "\n"
                + "shared runs            100.00 % of the held-out runs of 13 tokens are in the"
                + " training text, too\n")
        .containsPattern(
            "\nheld-out documents     (\\d+) of \\1 share at least half of their runs with the"
                + " training text, \\1 share all\n");
    Outcome json = run("corpus", "inspect", corpus.toString(), "--contamination", "--json");
    JsonNode found = new ObjectMapper().readTree(json.out()).path("contamination");
    assertThat(found.path("sharedNgrams").asDouble()).isEqualTo(1);
    assertThat(found.path("heldOut").path("contained"))
        .isEqualTo(found.path("heldOut").path("count"));
  }

  @Test
  void verifyReportsADamagedFile() throws Exception {
    Path copy = folder.resolve("copy");
    FileUtils.copyDirectory(corpus.toFile(), copy.toFile());
    Path lane;
    try (var lanes = Files.list(copy.resolve("training"))) {
      lane = lanes.sorted().findFirst().orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(lane);
    bytes[40] ^= 1;
    Files.write(lane, bytes);
    Outcome outcome = run("corpus", "inspect", copy.toString(), "--verify");
    assertThat(outcome.code()).isEqualTo(3);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err())
        .contains("palimpsest: ")
        .contains(lane.getFileName() + " is damaged: its size or checksum differs");
  }

  @Test
  void rejectsAFolderWithoutCorpus() {
    Outcome none = run("corpus", "inspect", folder.resolve("none").toString());
    assertThat(none.code()).isEqualTo(3);
    assertThat(none.err()).contains("none is not a corpus: it has no manifest.json");
  }

  @Test
  void requiresASubcommand() {
    Outcome bare = run("corpus");
    assertThat(bare.code()).isEqualTo(2);
    assertThat(bare.err())
        .contains("palimpsest: The command corpus needs a subcommand: name inspect or purge.");
  }

  @Test
  void rejectsFreshTogetherWithAdd() {
    Outcome both = run(prepare(folder.resolve("more.txt"), "--add", "--fresh"));
    assertThat(both.code()).isEqualTo(2);
    assertThat(both.err())
        .contains("--fresh replaces the corpus and --add appends to it: give only one of them.");
  }

  @Test
  void rejectsANegativeNumberOfBlocks() {
    Outcome negative = run("corpus", "inspect", corpus.toString(), "--blocks", "-1");
    assertThat(negative.code()).isEqualTo(2);
    assertThat(negative.err()).contains("--blocks must be at least 0, but is -1.");
  }
}
