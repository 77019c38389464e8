package org.palimpsest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code curve}, which needs no Spark. */
class CurveCommandTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @TempDir private Path folder;

  private int run(String... arguments) {
    out.reset();
    err.reset();
    return Main.run(
        Console.plain(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8)),
        arguments);
  }

  private int curve(String... options) {
    List<String> arguments = new ArrayList<>(List.of("curve", "--run", folder.toString()));
    arguments.addAll(List.of(options));
    return run(arguments.toArray(String[]::new));
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  /** Losses 8, 7, 6, 5 at steps 10, 20, 30, 40, of 100 tokens a step and 2 seconds a point. */
  @BeforeEach
  void metrics() throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 1; i <= 4; i++) {
      lines.append(
          String.format(
              Locale.ROOT,
              "{\"step\":%d,\"seconds\":%d,\"rawTokens\":%d,\"loss\":%d}%n",
              10 * i,
              2 * i,
              1000 * i,
              9 - i));
    }
    Files.writeString(folder.resolve("metrics.jsonl"), lines);
  }

  private String expected(String text) throws IOException {
    return Files.writeString(folder.resolve("expected.csv"), text).toString();
  }

  @Test
  void printsTheMeanOfEachInterval() {
    assertThat(curve("--intervals", "2")).isZero();

    assertThat(out().lines())
        .containsExactly(
            "      step     raw tokens    seconds     loss",
            "        20          2,000          4    7.500",
            "        40          4,000          8    5.500");
  }

  @Test
  void aRunFollowsTheCurveThatItWrote() throws IOException {
    String file = folder.resolve("curve.csv").toString();
    assertThat(curve("--intervals", "2", "--write", file, "--band", "0.1")).isZero();
    assertThat(Path.of(file))
        .content()
        .isEqualTo("step,loss,band\n20,7.500,0.100\n40,5.500,0.100\n");

    assertThat(curve("--expected", file)).isZero();

    assertThat(out().lines())
        .containsExactly(
            "      step     loss         expected",
            "        20    7.500    7.500 ± 0.100",
            "        40    5.500    5.500 ± 0.100");
    assertThat(err()).isEmpty();
  }

  @Test
  void warnsWhereTheRunLeavesTheBand() throws IOException {
    String file = expected("step,loss,band\n20,7.4,0.2\n40,4.9,0.2\n80,4,0.2\n");

    assertThat(curve("--expected", file)).isZero();

    assertThat(out().lines())
        .containsExactly(
            "      step     loss         expected",
            "        20    7.500    7.400 ± 0.200",
            "        40    5.500    4.900 ± 0.200  above");
    assertThat(err())
        .isEqualTo(
            "Warning: At step 40 the training loss of 5.500 nats is above the expected 4.900 ±"
                + " 0.200: compare the recipe and the corpus with those of "
                + file
                + ".\n");
  }

  @Test
  void aYoungRunIsNotCompared() throws IOException {
    assertThat(curve("--expected", expected("step,loss,band\n80,4,0.2\n"))).isZero();

    assertThat(out()).contains("has not reached the first step of").contains("it is at step 40.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "step,loss/1,2; its first line is not \"step,loss,band\"",
        "step,loss,band/10,x,0.1; Line 2 of",
        "step,loss,band/10,4,0.1/20,4; Line 3 of",
        "step,loss,band/10,4,-1; Line 2 of",
        "step,loss,band/10,4,1,7; Line 2 of",
      })
  void aDamagedFileIsNamed(String text, String message) throws IOException {
    assertThat(curve("--expected", expected(text.replace('/', '\n')))).isEqualTo(3);

    assertThat(err()).contains(message.strip()).contains("--write FILE");
  }

  @Test
  void aMissingFileIsNamed() {
    assertThat(curve("--expected", "/nowhere.csv")).isEqualTo(3);
    assertThat(err()).contains("The expected curve /nowhere.csv does not exist");
  }

  @Test
  void aFolderWithoutMetricsIsNoRun() throws IOException {
    Files.delete(folder.resolve("metrics.jsonl"));

    assertThat(curve()).isEqualTo(3);

    assertThat(err()).contains("has no metrics of a training: name the directory of a run.");
  }

  @Test
  void optionsOutOfRangeAreRefused() {
    assertThat(curve("--intervals", "0")).isEqualTo(2);
    assertThat(err()).contains("--intervals must be at least 1");
  }
}
