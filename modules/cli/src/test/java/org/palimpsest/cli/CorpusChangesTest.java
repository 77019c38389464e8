package org.palimpsest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Adding text to a corpus and withdrawing text from it, night after night. */
class CorpusChangesTest {
  private static final Map<String, String> SPARK =
      Map.of(
          "spark.master", "local[2]",
          "spark.app.name", "cli tests",
          "spark.ui.enabled", "false",
          "spark.driver.host", "127.0.0.1",
          "spark.driver.bindAddress", "127.0.0.1");

  @TempDir private Path folder;
  private Path first;
  private Path second;

  private record Outcome(int code, String out, String err) {}

  @BeforeAll
  static void configure() {
    SPARK.forEach(System::setProperty);
  }

  @AfterAll
  static void stop() {
    CliEnvironment.stopSpark();
    SPARK.keySet().forEach(System::clearProperty);
  }

  @BeforeEach
  void prepare() throws IOException {
    first = Files.writeString(folder.resolve("first.txt"), "A mouse lives here.\n\n".repeat(200));
    second = Files.writeString(folder.resolve("second.txt"), "One more line.\n\n".repeat(40));
    Outcome outcome =
        run(
            "prepare",
            "--input",
            first.toString(),
            "--set",
            "corpus.block-size=32",
            "--set",
            "corpus.lanes=3",
            "--set",
            "tokenizer.train.size=420");
    assertThat(outcome.code()).as(outcome.err()).isZero();
  }

  /** Runs a command on the corpus. */
  private Outcome run(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code =
        Main.run(
            Console.plain(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8)),
            Stream.concat(
                    Arrays.stream(arguments),
                    Stream.of("--set", "corpus.path=" + folder.resolve("corpus")))
                .toArray(String[]::new));
    return new Outcome(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private Outcome add(Path text) {
    return run("prepare", "--add", "--input", text.toString());
  }

  @Test
  void anAdditionNeedsOnlyItsInput() {
    Outcome added = add(second);
    assertThat(added.code()).as(added.err()).isZero();
    assertThat(added.out()).containsPattern("block size +32");
  }

  @Test
  void aNightWithoutTextHasNothingToAdd() throws IOException {
    Files.writeString(second, "");
    Outcome added = add(second);
    assertThat(added.code()).as(added.err()).isZero();
    assertThat(added.out().strip())
        .isEqualTo(
            "Nothing to add: the corpus file:"
                + folder.resolve("corpus")
                + " has all text of the input already.");
  }

  @Test
  void anInputThatIsMissingIsAnError() throws IOException {
    Files.delete(second);
    Outcome added = add(second);
    assertThat(added.code()).isEqualTo(3);
    assertThat(added.err()).contains("The input " + second + " does not exist:");
  }

  @Test
  void textIsWithdrawnAndDeleted() {
    assertThat(add(second).code()).isZero();
    Outcome withdrawn = run("prepare", "--remove-source", second.toString());
    assertThat(withdrawn.code()).as(withdrawn.err()).isZero();
    assertThat(withdrawn.out()).containsPattern("withdrawn blocks +\\d+");

    Outcome inspected = run("corpus", "inspect", "--verify");
    assertThat(inspected.code()).as(inspected.err()).isZero();
    assertThat(inspected.out())
        .containsPattern("withdrawn: \\d+ blocks of \\[.*second.txt\\]")
        .doesNotContain("One more line");

    Outcome purged = run("corpus", "purge");
    assertThat(purged.code()).as(purged.err()).isZero();
    assertThat(purged.out())
        .containsPattern("The content of \\d+ blocks of the corpus .* is deleted\\.");
    assertThat(run("corpus", "inspect", "--verify").code()).isZero();
  }

  @Test
  void withoutAWithdrawalThereIsNothingToPurge() {
    Outcome purged = run("corpus", "purge");
    assertThat(purged.code()).as(purged.err()).isZero();
    assertThat(purged.out())
        .contains("No text was withdrawn from the corpus file:" + folder.resolve("corpus"));
    assertThat(run("corpus", "purge", "--json").out()).contains("\"withdrawnBlocks\":0");
  }

  @Test
  void textIsNotAddedAndWithdrawnAtOnce() {
    Outcome both = run("prepare", "--add", "--remove-source", first.toString());
    assertThat(both.code()).isEqualTo(2);
    assertThat(both.err())
        .contains(
            "--remove-source withdraws text from the existing corpus: give it without --fresh,"
                + " --add and --input.");
  }
}
