package org.palimpsest.corpus.tokenize;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.palimpsest.corpus.bpe.BytePairTrainer;
import org.palimpsest.corpus.bpe.TokenizerJson;
import org.palimpsest.corpus.bpe.WordCount;

/** Ids, sentinels and holes of tokenizers as other tools read them. */
class FramingTest {
  private static final TokenizerFile TRAINED =
      new TokenizerFile(
          TokenizerJson.write(
              BytePairTrainer.train(List.of(new WordCount(" the", 9)), 2, 2), List.of(), 8));

  @Test
  void theFramingThatIsThereStays() {
    assertThat(TRAINED.framed(true, true).json()).isEqualTo(TRAINED.json());
  }

  @Test
  void anotherFramingIsWhatOtherToolsPutAroundATextAndAPair() {
    TokenizerFile framed = TRAINED.framed(false, true);

    assertThat(TRAINED.tokenizer().frame()).containsExactly(0, 2);
    assertThat(framed.tokenizer().frame()).containsExactly(2);
    assertThat(new String(framed.json(), StandardCharsets.UTF_8)).contains("TemplateProcessing");
    assertThat(framed.tokenizer().encode("the")).isEqualTo(TRAINED.tokenizer().encode("the"));
  }

  @Test
  void noTokensAroundATextAreNone() {
    assertThat(TRAINED.framed(false, false).tokenizer().frame()).isEmpty();
  }

  @Test
  void theFramingDoesNotMakeAnotherTokenizer() {
    TokenizerFile other =
        new TokenizerFile(
            TokenizerJson.write(
                BytePairTrainer.train(List.of(new WordCount(" cat", 9)), 2, 2), List.of(), 8));

    assertThat(TRAINED.encodesLike(TRAINED.framed(false, true))).isTrue();
    assertThat(TRAINED.encodesLike(other)).isFalse();
  }

  @Test
  void ascendingSentinelsAreFoundByName() {
    Tokenizer tokenizer =
        wordLevel("\"<extra_id_0>\": 3, \"<extra_id_1>\": 4, \"<extra_id_2>\": 5, \"word\": 6");

    assertThat(tokenizer.vocabulary().sentinels()).isEqualTo(3);
    assertThat(tokenizer.vocabulary().sentinel(2)).isEqualTo(5);
    assertThat(tokenizer.vocabulary().isSentinel(3)).isTrue();
    assertThat(tokenizer.vocabulary().isSentinel(5)).isTrue();
    assertThat(tokenizer.vocabulary().isSentinel(6)).isFalse();
    assertThat(tokenizer.vocabulary().isSentinel(2)).isFalse();
  }

  @Test
  void anIdWithoutATokenStandsForNoText() {
    Tokenizer tokenizer = wordLevel("\"word\": 3, \"far\": 9");

    assertThat(tokenizer.vocabulary().special().get(4, 9).cardinality()).isEqualTo(5);
    assertThat(tokenizer.vocabulary().isSpecial(9)).isFalse();
  }

  /** As Llama's tokenizers have it. */
  @Test
  void aPrependedSpaceIsNotDoubledWithinAText() {
    String json =
        """
        {"version": "1.0", "added_tokens": [],
         "normalizer": {"type": "Sequence", "normalizers": [
           {"type": "Prepend", "prepend": "_"},
           {"type": "Replace", "pattern": {"String": " "}, "content": "_"}]},
         "model": {"type": "BPE", "unk_token": "<unk>", "merges": ["_ a", "_ b"],
           "vocab": {"<pad>": 0, "</s>": 1, "<unk>": 2, "_": 3, "a": 4, "b": 5, "_a": 6, "_b": 7}}}
        """;
    Tokenizer tokenizer = new Tokenizer(new TokenizerFile(json.getBytes(StandardCharsets.UTF_8)));

    assertThat(tokenizer.encode("a b")).containsExactly(6, 7);
    assertThat(tokenizer.encodeContinuing(" b")).containsExactly(7);
    assertThat(tokenizer.encodeContinuing("")).isEmpty();
  }

  private static Tokenizer wordLevel(String further) {
    String json =
        """
        {"version": "1.0", "added_tokens": [], "pre_tokenizer": {"type": "Whitespace"},
         "model": {"type": "WordLevel", "unk_token": "<unk>",
           "vocab": {"<pad>": 0, "</s>": 1, "<unk>": 2, %s}}}
        """
            .formatted(further);
    return new Tokenizer(new TokenizerFile(json.getBytes(StandardCharsets.UTF_8)));
  }
}
