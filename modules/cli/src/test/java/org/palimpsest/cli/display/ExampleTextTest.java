package org.palimpsest.cli.display;

import static org.assertj.core.api.Assertions.assertThat;
import static org.palimpsest.objective.DenoisingExample.CONTROL;
import static org.palimpsest.objective.DenoisingExample.CORRUPTED;
import static org.palimpsest.objective.DenoisingExample.KEPT;
import static org.palimpsest.objective.DenoisingExample.MOVED;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.objective.Vocabulary;

class ExampleTextTest {
  private static final List<String> WORDS =
      List.of(
          "<s>",
          "<pad>",
          "</s>",
          "<unk>",
          "<mask>",
          "the",
          "quick",
          "brown",
          "fox",
          "jumps",
          "over",
          "lazy",
          "dog",
          "<extra_id_1>",
          "<extra_id_0>");
  private static final Vocabulary VOCABULARY = Vocabulary.standard(15, 2);

  @Test
  void alignsCorruptedSpansWithTheirMasks() {
    DenoisingExample example = example("<s> the <mask> fox jumps <mask> </s>");
    append(example, "<s>", CONTROL);
    append(example, "the", KEPT);
    append(example, "quick brown", CORRUPTED);
    append(example, "fox jumps", KEPT);
    append(example, "over the lazy dog", CORRUPTED);
    append(example, "</s>", CONTROL);

    assertThat(lines(example, 80))
        .containsExactly(
            "source  the <mask>      fox jumps <mask>",
            "target  the quick brown fox jumps over the lazy dog");
  }

  /** Columns of a terminal count, not characters. */
  @Test
  void wideCharactersTakeTwoColumns() {
    Vocabulary vocabulary = Vocabulary.standard(8, 0);
    String[] words = {
      "<s>", "<pad>", "</s>", "<unk>", "<mask>", " 猫が好き", " e\u0301t\u00e9", " end"
    };
    DenoisingExample example = new DenoisingExample(8);
    example.begin(0, 4);
    for (int id : new int[] {0, 4, 7, 2}) {
      example.appendSource(id);
    }
    append(example, 0, CONTROL);
    append(example, 5, CORRUPTED);
    append(example, 6, CORRUPTED);
    append(example, 7, KEPT);
    append(example, 2, CONTROL);

    List<String> lines =
        new ExampleText(
                vocabulary,
                ids -> Arrays.stream(ids).mapToObj(id -> words[id]).collect(Collectors.joining()),
                AnsiStyle.PLAIN,
                80)
            .lines(example);

    assertThat(lines)
        .containsExactly("source  <mask>       end", "target  猫が好き e\u0301t\u00e9 end");
  }

  private static void append(DenoisingExample example, int id, byte role) {
    example.appendTarget(0, example.targetLength(), id, role, true);
  }

  @Test
  void languagesAreLeftOutAsTheFrameIs() {
    Vocabulary languages =
        VOCABULARY
            .withNamed(Map.of("lazy", WORDS.indexOf("lazy")))
            .withLanguages(Vocabulary.LanguagePlace.AFTER_END);
    DenoisingExample example = example("the <mask> fox </s> lazy");
    append(example, "the", KEPT);
    append(example, "quick brown", CORRUPTED);
    append(example, "fox", KEPT);
    append(example, "</s>", CONTROL);

    assertThat(
            new ExampleText(languages, ExampleTextTest::decode, AnsiStyle.PLAIN, 80).lines(example))
        .containsExactly("source  the <mask>      fox", "target  the quick brown fox");
  }

  @Test
  void alignsSentinelsOfASpanTarget() {
    DenoisingExample example = example("the <extra_id_0> fox <extra_id_1> </s>");
    append(example, "<extra_id_0>", CONTROL);
    append(example, "quick brown", CORRUPTED);
    append(example, "<extra_id_1>", CONTROL);
    append(example, "jumps", CORRUPTED);
    append(example, "</s>", CONTROL);

    assertThat(lines(example, 80))
        .containsExactly(
            "source  the <extra_id_0> ·           fox <extra_id_1> ·",
            "target  ·   <extra_id_0> quick brown ·   <extra_id_1> jumps");
  }

  @Test
  void placesAContinuationAfterItsPrefix() {
    DenoisingExample example = example("the quick </s>");
    append(example, "brown fox", CORRUPTED);
    append(example, "</s>", CONTROL);

    assertThat(lines(example, 80))
        .containsExactly("source  the quick ·", "target  ·         brown fox");
  }

  @Test
  void alignsATargetOfSelectedTokens() {
    DenoisingExample example = example("<s> the <mask> <mask> jumps over </s>");
    example.appendTarget(5, 1, WORDS.indexOf("quick"), CORRUPTED, true);
    example.appendTarget(6, 2, WORDS.indexOf("brown"), CORRUPTED, true);
    example.appendTarget(7, 3, WORDS.indexOf("jumps"), KEPT, true);

    assertThat(lines(example, 80))
        .containsExactly(
            "source  the <mask> <mask> jumps over", "target  ·   quick brown   jumps ·");
  }

  @Test
  void alignsAFullyMaskedText() {
    String text = "the quick brown fox jumps over the lazy dog";
    DenoisingExample example = example("<s> " + "<mask> ".repeat(9).strip() + " </s>");
    append(example, "<s>", CONTROL);
    append(example, text, CORRUPTED);
    append(example, "</s>", CONTROL);

    assertThat(lines(example, 80))
        .containsExactly(
            "source  " + "<mask> ".repeat(9).strip(),
            "target  the quick brown fox jumps over the lazy dog");
  }

  @Test
  void alignsMovedSentencesWithNothing() {
    DenoisingExample example = example("<s> over the dog jumps </s>");
    append(example, "<s>", CONTROL);
    append(example, "jumps over the dog", MOVED);
    append(example, "</s>", CONTROL);

    assertThat(lines(example, 80))
        .containsExactly("source  ·     over the dog jumps", "target  jumps over the dog ·");
  }

  @Test
  void wrapsLongExamples() {
    DenoisingExample example =
        example("the quick brown fox jumps over the lazy dog the quick brown");
    append(example, "the quick brown fox jumps over the lazy dog the quick brown", KEPT);

    assertThat(lines(example, 40))
        .containsExactly(
            "source  the quick brown fox jumps over",
            "target  the quick brown fox jumps over",
            "",
            "source  the lazy dog the quick brown",
            "target  the lazy dog the quick brown");
  }

  @Test
  void keepsASpanInsideAWord() {
    DenoisingExample example = example("<s> the <mask> fox </s>");
    append(example, "<s>", CONTROL);
    append(example, "the", KEPT);
    append(example, "quick", CORRUPTED);
    append(example, "fox", KEPT);
    append(example, "</s>", CONTROL);

    ExampleText text =
        new ExampleText(VOCABULARY, tokens -> decode(tokens).strip(), AnsiStyle.PLAIN, 80);
    assertThat(text.lines(example)).containsExactly("source  the<mask>fox", "target  thequick fox");
  }

  @Test
  void colorsCorruptedAndRestoredText() {
    DenoisingExample example = example("<s> the <mask> </s>");
    append(example, "<s>", CONTROL);
    append(example, "the", KEPT);
    append(example, "fox", CORRUPTED);
    append(example, "</s>", CONTROL);

    assertThat(
            new ExampleText(VOCABULARY, ExampleTextTest::decode, AnsiStyle.ANSI, 80).lines(example))
        .containsExactly(
            "source  \u001b[2mthe\u001b[0m \u001b[1;31m<mask>\u001b[0m",
            "target  \u001b[2mthe\u001b[0m \u001b[1;32mfox\u001b[0m");
  }

  private static List<String> lines(DenoisingExample example, int columns) {
    return new ExampleText(VOCABULARY, ExampleTextTest::decode, AnsiStyle.PLAIN, columns)
        .lines(example);
  }

  private static DenoisingExample example(String source) {
    DenoisingExample example = new DenoisingExample(16);
    example.begin(7, 9);
    for (int id : ids(source)) {
      example.appendSource(id);
    }
    return example;
  }

  private static void append(DenoisingExample example, String words, byte role) {
    for (int id : ids(words)) {
      example.appendTarget(0, example.targetLength(), id, role, true);
    }
  }

  private static int[] ids(String words) {
    return Arrays.stream(words.split(" ", -1)).mapToInt(WORDS::indexOf).toArray();
  }

  private static String decode(int[] tokens) {
    return Arrays.stream(tokens)
        .mapToObj(WORDS::get)
        .map(word -> " " + word)
        .collect(Collectors.joining());
  }
}
