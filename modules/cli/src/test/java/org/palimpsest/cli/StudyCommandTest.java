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
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A study of two trainings and two baselines, with every measure. */
class StudyCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Map<String, String> SPARK =
      Map.of(
          "spark.master", "local[2]",
          "spark.app.name", "cli tests",
          "spark.ui.enabled", "false",
          "spark.driver.host", "127.0.0.1",
          "spark.driver.bindAddress", "127.0.0.1");

  private static final String[] WORDS = {
    "the", "old", "house", "stands", "by", "a", "river", "and", "sees", "boats", "that", "go", "far"
  };

  @TempDir private static Path folder;
  private static Outcome first;

  private record Outcome(int code, String out, String err) {}

  @BeforeAll
  static void run() throws IOException {
    SPARK.forEach(System::setProperty);
    System.setProperty("palimpsest.conf", "../../conf");
    Files.writeString(folder.resolve("text.txt"), text());
    Files.writeString(
        folder.resolve("small.conf"),
        """
        title = "A small study"
        question = "Does it run?"
        recipe {
          run.directory = "%1$s/study"
          corpus { input = "%1$s/text.txt", block-size = 48, lanes = 4, validation-share = 0.1, policy = apart }
          tokenizer.train { size = 420, sentinels = 0, special-tokens = [] }
          model { preset = tiny, dropout = 0 }
          schedule { warm-up-steps = 2, peak = 5e-3 }
          training { steps = 8, batch-blocks = 4, micro-batch-blocks = 4 }
          checkpoint { every = 4, keep = 4 }
        }
        seeds = [1]
        cells = [
          { name = infilling, set { objective = text-infilling } }
          { name = masks, set { objective = token-masking }
            then { objective = bart, training.steps = 4 } }
          { name = copy, baseline = copy }
          { name = dictionary, baseline = dictionary }
        ]
        measures = [
          { kind = loss, stage = first, name = masks, objective = token-masking }
          { kind = restoration, texts = 6, damages = [
            { name = no damage, objective = autoencoder }
            { name = typing, strengths = [0.05, 0.2]
              objective { steps = [{ kind = text-noise, mix = keyboard, rate = strength }] } } ] }
          { kind = order, texts = 6, min-sentences = 2 }
          { kind = context, texts = 8, span = 2, min-sentences = 2 }
          { kind = progress }
          { kind = lengths }
        ]
        plots = ["character error rate", "loss of lost tokens"]
        """
            .formatted(folder));
    first = study();
  }

  @AfterAll
  static void stop() {
    CliEnvironment.stopSpark();
    SPARK.keySet().forEach(System::clearProperty);
    System.clearProperty("palimpsest.conf");
  }

  private static String text() {
    Random random = new Random(5);
    return Stream.generate(() -> paragraph(random)).limit(300).collect(Collectors.joining("\n\n"));
  }

  private static String paragraph(Random random) {
    StringBuilder text = new StringBuilder();
    for (int sentence = 0; sentence < 3; sentence++) {
      text.append(sentence == 0 ? "Then " : " Then ").append(WORDS[random.nextInt(WORDS.length)]);
      for (int word = 0; word < 6; word++) {
        text.append(' ').append(WORDS[random.nextInt(WORDS.length)]);
      }
      text.append('.');
    }
    return text.toString();
  }

  private static Outcome study(String... more) {
    return command(
        Stream.concat(
                Stream.of("study", folder.resolve("small.conf").toString()), Arrays.stream(more))
            .toArray(String[]::new));
  }

  private static Outcome command(String... arguments) {
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

  private static JsonNode results() throws IOException {
    return JSON.readTree(folder.resolve("study/results.json").toFile());
  }

  private static Set<String> figures(String cell) throws IOException {
    Set<String> names = new LinkedHashSet<>();
    for (JsonNode mean : results().path("means")) {
      if (mean.path("cell").asText().equals(cell)) {
        names.add(mean.path("name").asText());
      }
    }
    return names;
  }

  private static double value(String cell, String name, String of, double at) throws IOException {
    for (JsonNode mean : results().path("means")) {
      if (mean.path("cell").asText().equals(cell)
          && mean.path("name").asText().equals(name)
          && mean.path("of").asText().equals(of)
          && mean.path("at").asDouble() == at) {
        return mean.path("mean").asDouble();
      }
    }
    throw new AssertionError("There is no " + name + " of " + of + " at " + at);
  }

  @Test
  void everyCellIsMeasured() throws IOException {
    assertThat(first.code()).as(first.err()).isZero();
    assertThat(first.err()).contains("Cell 4 of 4: dictionary, seed 1");
    assertThat(first.out()).contains("4 of 4 cells are finished. Page: ");
    assertThat(figures("infilling"))
        .contains(
            "loss of lost tokens",
            "exact match",
            "token accuracy",
            "character error rate",
            "sentences in order",
            "gain of far context",
            "source tokens");
    assertThat(figures("masks")).contains("loss of lost tokens", "gain of far context");
    assertThat(figures("copy"))
        .containsExactly(
            "exact match", "token accuracy", "character error rate", "sentences in order");
    assertThat(figures("dictionary"))
        .containsExactly("exact match", "token accuracy", "character error rate");
  }

  @Test
  void theCopyHasTheErrorsOfTheDamage() throws IOException {
    String rate = "character error rate";
    assertThat(value("copy", rate, "no damage", 0)).isZero();
    assertThat(value("copy", rate, "typing", 0.05)).isBetween(0.01, 0.12);
    assertThat(value("copy", rate, "typing", 0.2)).isBetween(0.08, 0.3);
    assertThat(value("dictionary", rate, "no damage", 0)).isZero();
    assertThat(value("dictionary", rate, "typing", 0.2))
        .isLessThan(value("copy", rate, "typing", 0.2));
  }

  @Test
  void finishedCellsAreSkipped() throws IOException {
    JsonNode before = results();
    Outcome again = study("--json");
    assertThat(again.code()).as(again.err()).isZero();
    assertThat(again.err()).doesNotContain("Cell ");
    assertThat(JSON.readTree(again.out()).path("cells")).isEqualTo(before.path("cells"));
    assertThat(folder.resolve("study/study.html")).content().contains("<img");
  }

  @Test
  void aChangedRecipeIsRefused() {
    Outcome changed = study("--set", "training.steps=12");
    assertThat(changed.code()).isEqualTo(2);
    assertThat(changed.err()).contains("was begun with another value of training.steps:");
  }

  @Test
  void anUnknownNameListsTheStudies() {
    Outcome unknown = command("study", "robust");
    assertThat(unknown.code()).isEqualTo(2);
    assertThat(unknown.err())
        .contains("The study 'robust' is unknown;")
        .contains("correction, corruption, efficiency, long-range, robustness");
  }
}
