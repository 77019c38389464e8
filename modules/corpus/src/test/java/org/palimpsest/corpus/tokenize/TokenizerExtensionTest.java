package org.palimpsest.corpus.tokenize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.bpe.TokenizerJson;
import org.palimpsest.corpus.bpe.WordCount;
import org.palimpsest.objective.Vocabulary;

/** New entries from words, for tokenizers of this project and of transformers 5.24. */
class TokenizerExtensionTest {
  private static final Path MODELS = Path.of("../tasks/src/test/resources/continued");
  private static final List<WordCount> WORDS =
      List.of(
          new WordCount(" astronaut", 50),
          new WordCount(" vanilla", 40),
          new WordCount(" naïve", 30),
          new WordCount("\u2019", 20),
          new WordCount(" a", 1000),
          new WordCount(" rare", 1));

  private static TokenizerFile bytes() {
    return new TokenizerFile(TokenizerJson.write(List.of(), List.of(), 0));
  }

  private static TokenizerFile of(String model) {
    String file = MODELS.resolve(model).resolve("tokenizer.json").toString();
    return TokenizerFile.read(new org.apache.hadoop.fs.Path(file), new Configuration());
  }

  private static TokenizerFile extended(TokenizerFile file, int limit) {
    return new TokenizerExtension(file).learned(WORDS, limit, 2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bart", "t5"})
  void frequentWordsBecomeEntries(String model) {
    TokenizerFile before = of(model);
    Tokenizer after = extended(before, 100).tokenizer();

    for (String word : List.of("astronaut", "vanilla")) {
      assertThat(before.tokenizer().encode("a " + word).length).as(word).isGreaterThan(4);
      int[] ids = after.encode("the " + word);
      assertThat(after.decode(ids).strip()).isEqualTo("the " + word);
      int last = ids[ids.length - 1];
      assertThat(last).as(word).isGreaterThanOrEqualTo(before.tokenizer().vocabulary().size());
      assertThat(after.decode(last).strip()).isEqualTo(word);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bart", "t5"})
  void knownEntriesKeepTheirIds(String model) {
    Tokenizer before = of(model).tokenizer();
    Tokenizer after = extended(of(model), 100).tokenizer();
    Vocabulary known = before.vocabulary();

    for (int id = 0; id < known.size(); id++) {
      assertThat(after.token(id)).isEqualTo(before.token(id));
    }
    assertThat(after.vocabulary().sentinels()).isEqualTo(known.sentinels());
    assertThat(after.vocabulary().mask()).isEqualTo(known.mask());
    assertThat(after.encodeMarked("the </s> river")).contains(known.eos());
    if (known.sentinels() > 0) {
      assertThat(after.encodeMarked("the <extra_id_0> river")).contains(known.sentinel(0));
      assertThat(after.encode("<extra_id_0>")).doesNotContain(known.sentinel(0));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bart", "t5"})
  void otherTextIsEncodedAsBefore(String model) {
    String text = "go by the old house.";

    assertThat(extended(of(model), 100).tokenizer().encode(text))
        .containsExactly(of(model).tokenizer().encode(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bart", "t5"})
  void anEntryConsistsOfWhatItsTextWasBefore(String model) {
    TokenizerFile before = of(model);
    TokenizerFile after = extended(before, 100);
    List<List<Integer>> pieces = new AddedEntries(before, after).pieces();
    int known = before.tokenizer().vocabulary().size();

    assertThat(pieces).hasSize(after.tokenizer().vocabulary().size() - known);
    int[] ids = after.tokenizer().encode("the astronaut");
    int entry = ids[ids.length - 1];
    int[] apart = before.tokenizer().encode("the astronaut");
    int[] the = before.tokenizer().encode("the");
    assertThat(pieces.get(entry - known))
        .containsExactlyElementsOf(Arrays.stream(apart).skip(the.length).boxed().toList());
  }

  @Test
  void rarePairsDoNotBecomeEntries() {
    Tokenizer after = extended(bytes(), 10_000).tokenizer();

    assertThat(after.encode(" rare").length).isGreaterThan(3);
    assertThat(after.encode(" naïve")).hasSize(1);
  }

  @Test
  void thereAreAsManyNewEntriesAsAskedFor() {
    int before = bytes().tokenizer().vocabulary().size();

    assertThat(extended(bytes(), 7).tokenizer().vocabulary().size()).isEqualTo(before + 7);
  }

  @Test
  void specialTokensHaveNoPieces() {
    TokenizerFile before = bytes();
    TokenizerFile after = TokenizerAdditions.add(before, List.of("[S2S]"));

    assertThat(new AddedEntries(before, after).pieces()).containsExactly(List.of());
  }

  @Test
  void withoutFrequentPairsNothingChanges() {
    TokenizerFile file = bytes();

    assertThat(new TokenizerExtension(file).learned(List.of(), 10, 2)).isSameAs(file);
  }

  @Test
  void otherModelsAreRefused() {
    String json =
        """
        {"added_tokens": [], "model": {"type": "WordPiece", "unk_token": "[UNK]",
         "continuing_subword_prefix": "##", "max_input_chars_per_word": 100,
         "vocab": {"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3, "[MASK]": 4, "a": 5}}}
        """;
    TokenizerFile file = new TokenizerFile(json.getBytes(StandardCharsets.UTF_8));

    assertThatThrownBy(() -> extended(file, 10))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "The tokenizer is a WordPiece model with marks in its pieces, to which no entries can"
                + " be added, only to BPE and Unigram: set tokenizer.extend = 0.");
  }
}
