package org.palimpsest.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The embeddings of transformers 5.24; {@code src/test/python/embeddings.py} recorded them. */
class EmbedCommandTest {
  private static final Path MODELS = Path.of("../tasks/src/test/resources/continued");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @ParameterizedTest
  @CsvSource({"bart, torch", "t5, torch", "bart, dl4j", "t5, dl4j"})
  void embeddingsAreThoseOfTransformers(String name, String engine) throws IOException {
    JsonNode expected;
    try (var in = EmbedCommandTest.class.getResourceAsStream("/embeddings.json")) {
      expected = JSON.readTree(in).path(name);
    }
    List<String> arguments = new ArrayList<>(List.of("--engine", engine));
    expected.forEach(one -> arguments.addAll(List.of("--text", one.path("text").asText())));

    assertThat(embed(name, arguments.toArray(String[]::new))).as(err()).isZero();

    List<String> lines = out().lines().toList();
    assertThat(lines).hasSize(3).hasSameSizeAs(expected);
    for (int i = 0; i < lines.size(); i++) {
      JsonNode line = JSON.readTree(lines.get(i));
      assertThat(line.path("text")).isEqualTo(expected.get(i).path("text"));
      assertThat(line.path("tokens")).isEqualTo(expected.get(i).path("tokens"));
      agree(line.path("embedding"), expected.get(i).path("embedding"));
    }
  }

  private static void agree(JsonNode actual, JsonNode expected) {
    assertThat(actual).hasSize(24).hasSameSizeAs(expected);
    for (int k = 0; k < expected.size(); k++) {
      assertThat(actual.get(k).asDouble())
          .as("number %d", k)
          .isCloseTo(expected.get(k).asDouble(), within(1e-5));
    }
  }

  @Test
  void oneUnusableTextDoesNotEndTheOthers() throws IOException {
    int code =
        embed(
            "bart", "--text", "boats", "--text", " ", "--text", "far ".repeat(60), "--text", "far");

    assertThat(code).isZero();
    List<String> lines = out().lines().toList();
    assertThat(lines).hasSize(4);
    assertThat(lines.get(1)).isEqualTo("{\"error\":\"The text is empty.\"}");
    assertThat(JSON.readTree(lines.get(2)).path("error").asText())
        .matches(
            "The text has \\d+ tokens, but the model .*/continued/bart reads at most 48: shorten"
                + " it, or embed it in pieces\\.");
    assertThat(lines.get(3)).contains("\"embedding\":[");
    assertThat(err()).contains("Warning: Text 3: The text has ");
  }

  @Test
  void specialTokensInATextAreText() throws IOException {
    assertThat(embed("bart", "--text", "the <mask>", "--text", "the river")).isZero();

    List<String> lines = out().lines().toList();
    assertThat(JSON.readTree(lines.get(0)).path("tokens").asInt())
        .as("tokens of <mask> as letters")
        .isGreaterThan(5);
  }

  @Test
  void withoutAUsableTextTheCommandFails() {
    assertThat(embed("t5", "--text", "far ".repeat(600))).isEqualTo(3);
  }

  private int embed(String name, String... arguments) {
    List<String> all =
        new ArrayList<>(List.of("embed", "--model", MODELS.resolve(name).toString()));
    all.addAll(List.of(arguments));
    return Main.run(
        Console.plain(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8)),
        all.toArray(String[]::new));
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
