package org.palimpsest.corpus.tokenize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.ImportedTokenizers;

/** Tokenizers from elsewhere that are not what they should be. Some would end the process. */
class ForeignTokenizerTest {
  private static final String BPE =
      new String(ImportedTokenizers.bytePairs().file().json(), StandardCharsets.UTF_8);

  private static Tokenizer tokenizer(String json) {
    return new Tokenizer(new TokenizerFile(json.getBytes(StandardCharsets.UTF_8)));
  }

  private static void assertRefused(String json, String why) {
    assertThatThrownBy(() -> tokenizer(json))
        .isInstanceOfSatisfying(
            PalimpsestException.class,
            e -> assertThat(e.kind()).isEqualTo(PalimpsestException.Kind.INPUT))
        .hasMessage(
            "The tokenizer " + why + ": set tokenizer.path to a Hugging Face tokenizer.json.");
  }

  private static String changed(String from, String to) {
    assertThat(BPE).contains(from);
    return BPE.replace(from, to);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "2147483648", "1.5", "null", "\"7\"", "{}", "[]", "1e3"})
  void refusesIdsThatAreNoWholeNumbers(String id) {
    assertRefused(
        changed("\"the\":", "\"the\": " + id + ", \"then\":"),
        "gives the token 'the' an id that is no whole number");
  }

  @Test
  void refusesAnAddedTokenWithoutAnId() {
    assertRefused(
        "{\"added_tokens\": [{\"content\": \"</s>\"}]}",
        "gives the token '</s>' an id that is no whole number");
  }

  @Test
  void refusesAnIdFarAboveTheNumberOfTokens() {
    assertRefused(
        "{\"model\": {\"vocab\": {\"</s>\": 0, \"<pad>\": 2000000000}}}",
        "has the id 2000000000, but only 2 tokens");
  }

  @Test
  void refusesTooManyTokens() {
    String pieces =
        IntStream.rangeClosed(0, StoredTokens.MOST)
            .mapToObj(i -> "[\"" + i + "\",0]")
            .collect(Collectors.joining(","));
    assertRefused("{\"model\": {\"vocab\": [" + pieces + "]}}", "has more than 2097152 tokens");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[]|is not a JSON object",
        "{} {}|has text after its end",
        "{\"model\": {\"vocab\": 5}}|has a vocabulary that is neither an object nor a list",
        "{\"model\": {\"vocab\": [[\"a\", 1], 5]}}|has a vocabulary whose entry 1 is not a token"
            + " with a score",
        "{\"model\": {\"merges\": [5]}}|has a merge that is not a pair of tokens",
        "{\"model\": {\"merges\": [[\"a\", 5]]}}|has a merge that is not a pair of tokens",
      })
  void refusesOtherContent(String json, String why) {
    assertRefused(json, why);
  }

  /** The native library takes for granted that a decoder is JSON, and ends the process if not. */
  @ParameterizedTest
  @ValueSource(
      strings = {"1e400", "-1e400", "\"\\ud800\"", "\"\\udc00\\ud800\"", "{\"\\ud800\": 1}"})
  void refusesADecoderThatIsNotJsonForTheNativeLibrary(String value) {
    assertRefused(
        changed("\"type\": \"ByteLevel\"", "\"type\": \"ByteLevel\", \"x\": " + value),
        "is not JSON");
  }

  @Test
  void refusesDeepJson() {
    String deep = "[".repeat(101) + "]".repeat(101);
    assertRefused(
        changed("\"type\": \"ByteLevel\"", "\"type\": \"ByteLevel\", \"x\": " + deep),
        "is not JSON");
  }

  @Test
  void refusesTextThatIsNotUtf8() {
    byte[] json = BPE.getBytes(StandardCharsets.UTF_8);
    json[BPE.indexOf("ByteLevel")] = (byte) 0xFF;
    assertThatThrownBy(() -> new Tokenizer(new TokenizerFile(json)))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith("The tokenizer is not JSON");
  }

  /** The native library cuts the prefix from every second token of a merge. */
  @ParameterizedTest
  @ValueSource(strings = {"##", "0123456789abcdefg"})
  void refusesAPrefixLongerThanAToken(String prefix) {
    assertRefused(
        changed(
            "\"continuing_subword_prefix\": \"\"",
            "\"continuing_subword_prefix\": \"" + prefix + "\""),
        "has merges that do not fit its continuing_subword_prefix");
  }

  @Test
  void refusesAPrefixThatEndsInsideACharacter() {
    assertRefused(
        "{\"model\": {\"merges\": [\"a ü\"], \"continuing_subword_prefix\": \"#\"}}",
        "has merges that do not fit its continuing_subword_prefix");
  }

  /** The native library frees a piece character by character, by recursion. */
  @Test
  void refusesLongPieces() {
    assertRefused(
        "{\"model\": {\"vocab\": [[\"a\", -1], [\"" + "x".repeat(1025) + "\", -1]]}}",
        "has a piece of more than 1024 characters, its entry 1");
  }

  /** The native library follows groups by recursion. */
  @ParameterizedTest
  @ValueSource(strings = {"(", "[", "x{1,2}", "x*", "x+", "x?"})
  void refusesPatternsOfManyGroups(String sign) {
    assertRefused(
        normalized(
            "{\"type\": \"Replace\", \"pattern\": {\"Regex\": \"%s\"}, \"content\": \"\"}"
                .formatted(sign.repeat(1001))),
        "has a pattern with more than 1000 groups and repetitions");
  }

  @Test
  void refusesAPartThatIsThereTwice() {
    assertRefused("{\"decoder\": null, \"decoder\": {}}", "has two parts 'decoder'");
  }

  private static String normalized(String normalizer) {
    return changed("\"normalizer\": null", "\"normalizer\": " + normalizer);
  }

  @Test
  void refusesLongAddedTokens() {
    assertRefused(
        "{\"added_tokens\": [{\"id\": 0, \"content\": \"" + "x".repeat(3000) + "\"}]}",
        "has added tokens of thousands of characters");
  }

  @Test
  void aTextThatCannotBeEncodedIsRefusedInASentence() {
    String json =
        changed("\"<unk>\"", "\"<other>\"")
            .replace("\"unk_token\": \"<other>\"", "\"unk_token\": \"<unk>\"");
    assertThatThrownBy(() -> tokenizer(json).encode("今"))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith("The tokenizer cannot encode a text (")
        .hasMessageEndingWith("): replace its tokenizer.json with a complete one.");
  }

  @Test
  void quotesForeignTextInOneShortLine() {
    assertRefused(
        "{\"model\": {\"vocab\": {\"" + "a\\n".repeat(50) + "\": -1}}}",
        "gives the token '" + "a?".repeat(40) + "…' an id that is no whole number");
  }

  @Test
  void refusesALongFile() {
    assertThatThrownBy(() -> new TokenizerFile(new byte[100_000_001]))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith("The tokenizer has more than 100000000 bytes");
  }
}
