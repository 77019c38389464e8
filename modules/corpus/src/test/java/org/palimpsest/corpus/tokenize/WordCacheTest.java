package org.palimpsest.corpus.tokenize;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.palimpsest.corpus.CorpusForTests;
import org.palimpsest.corpus.ImportedTokenizers;
import org.palimpsest.corpus.bpe.TokenizerJson;

/**
 * Compares with the Rust library, which {@link Tokenizer#encodeMarked} calls on the unchanged text.
 */
class WordCacheTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final int FIRST_BYTE = TokenizerJson.FIRST_MERGE - 256;

  /** Its ids show word ends: each of these tokens can be followed by any byte. */
  private static final Tokenizer PAIRS = pairs("a1.' ");

  private static Tokenizer pairs(String firsts) {
    List<long[]> merges = new ArrayList<>();
    for (int first : firsts.chars().toArray()) {
      for (int next = 0; next < 256; next++) {
        merges.add(new long[] {FIRST_BYTE + first, FIRST_BYTE + next});
      }
    }
    return new TokenizerFile(TokenizerJson.write(merges, List.of("[NLU]"), 3)).tokenizer();
  }

  private static void assertSameAsRust(Tokenizer tokenizer, String text) {
    assertThat(tokenizer.encode(text)).as(text).isEqualTo(tokenizer.encodeMarked(text));
  }

  @Test
  void classifiesCharactersLikeTheTokenizer() {
    for (int i = 0; i < Character.MAX_VALUE; i++) {
      char character = (char) i;
      if (!Character.isSurrogate(character)) {
        assertSameAsRust(PAIRS, "a%1$cb 1%1$c .%1$c.  %1$c %1$c%1$c x'%1$c".formatted(character));
      }
    }
  }

  @Property(tries = 2000)
  void returnsTheIdsOfTheTokenizer(@ForAll("texts") String text) {
    assertSameAsRust(PAIRS, text);
    assertSameAsRust(CorpusForTests.tokenizer().tokenizer(), text);
    assertSameAsRust(ImportedTokenizers.bytePairs(), text);
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.of(
            "a",
            "the",
            " there",
            "über",
            " ",
            "  ",
            "\n",
            "\t",
            "\u00A0",
            "'",
            "'s",
            "'ll",
            "'Re",
            "1",
            "12",
            "²",
            "Ⅷ",
            ".",
            "...",
            "—",
            "😀",
            "漢字",
            "한국",
            "и",
            "ا",
            "क",
            "\u0301",
            "\u2028",
            "_",
            "<",
            "x".repeat(40),
            "[NL")
        .list()
        .ofMaxSize(14)
        .map(parts -> String.join("", parts));
  }

  @Test
  void replacedWordsAreEncodedEqually() {
    Random random = new Random(3);
    String text =
        IntStream.range(0, 200_000)
            .mapToObj(i -> Integer.toString(random.nextInt(100_000), 36))
            .reduce(
                new StringBuilder(),
                (all, word) -> all.append(word).append(' '),
                StringBuilder::append)
            .toString();
    assertSameAsRust(PAIRS, text);
    assertSameAsRust(PAIRS, text);
  }

  @Test
  void encodesAPartLikeAWholeText() {
    String text = "the house. Then there's a 12 house";
    for (int from = 0; from < text.length(); from++) {
      for (int to = from; to <= text.length(); to++) {
        TokenBuffer ids = new TokenBuffer();
        ids.append(new int[] {7});
        PAIRS.encode(text, from, to, ids);
        int[] alone = PAIRS.encodeMarked(text.substring(from, to));
        int[] behind = IntStream.concat(IntStream.of(7), IntStream.of(alone)).toArray();
        assertThat(ids.toArray()).isEqualTo(behind);
      }
    }
  }

  private static String normalizing(String json, String type) {
    return json.replace("\"normalizer\" : null", "\"normalizer\" : {\"type\": \"" + type + "\"}");
  }

  @Test
  void detectsTokenizersThatEncodeWordsIndependently() throws IOException {
    String json = new String(CorpusForTests.tokenizer().json(), StandardCharsets.UTF_8);
    assertThat(fits(json)).isTrue();
    // A text is in its normal form before it is cut.
    assertThat(fits(normalizing(json, "NFC"))).isTrue();
    assertThat(fits(normalizing(json, "Lowercase"))).isFalse();
    assertThat(fits(json.replace("\"add_prefix_space\" : false", "\"add_prefix_space\" : true")))
        .isFalse();
    assertThat(fits(json.replaceFirst("\"special\" : true", "\"special\" : false"))).isFalse();
    assertThat(fits(json.replaceFirst("\"content\" : \"<mask>\"", "\"content\" : \"†\"")))
        .isFalse();
    assertThat(fits(json.replaceFirst("\"dropout\" : null", "\"dropout\" : 0.1"))).isFalse();
    assertThat(fits(text(ImportedTokenizers.bytePairs()))).isTrue();
    assertThat(fits(text(ImportedTokenizers.unigram()))).isFalse();
    assertThat(fits(text(ImportedTokenizers.wordPiece()))).isFalse();
  }

  private static String text(Tokenizer tokenizer) {
    return new String(tokenizer.file().json(), StandardCharsets.UTF_8);
  }

  private static boolean fits(String json) throws IOException {
    JsonNode root = JSON.readTree(json);
    return WordCache.fits(root);
  }
}
