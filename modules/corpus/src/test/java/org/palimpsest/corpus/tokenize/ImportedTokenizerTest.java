package org.palimpsest.corpus.tokenize;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.palimpsest.corpus.ImportedTokenizers;
import org.palimpsest.objective.TokenBlock;
import org.palimpsest.objective.Vocabulary;

/** Tokenizers of other tools. */
class ImportedTokenizerTest {
  private static Stream<String> tokens(Tokenizer tokenizer, int... ids) {
    return Arrays.stream(ids).mapToObj(tokenizer::token);
  }

  static Stream<Tokenizer> all() {
    return Stream.of(
        ImportedTokenizers.wordPiece(),
        ImportedTokenizers.unigram(),
        ImportedTokenizers.bytePairs());
  }

  @Test
  void findsSpecialTokensOfBert() {
    Tokenizer tokenizer = ImportedTokenizers.wordPiece();
    Vocabulary vocabulary = tokenizer.vocabulary();
    assertThat(vocabulary.pad()).isZero();
    assertThat(vocabulary.unknown()).isEqualTo(1);
    assertThat(vocabulary.bos()).isEqualTo(2).isEqualTo(vocabulary.decoderStart());
    assertThat(vocabulary.eos()).isEqualTo(3);
    assertThat(vocabulary.mask()).isEqualTo(4);
    assertThat(vocabulary.sentinels()).isZero();
    assertThat(vocabulary.named()).isEmpty();
    int[] ids = tokenizer.encode("The unwanted house");
    assertThat(tokens(tokenizer, ids)).containsExactly("the", "un", "##want", "##ed", "house");
    assertThat(Arrays.stream(ids).mapToObj(vocabulary.wordStarts()::get))
        .containsExactly(true, true, false, false, true);
    assertThat(tokenizer.encode("ß")).containsExactly(vocabulary.unknown());
  }

  @Test
  void findsSpecialTokensOfT5() {
    Tokenizer tokenizer = ImportedTokenizers.unigram();
    Vocabulary vocabulary = tokenizer.vocabulary();
    assertThat(vocabulary.pad()).isZero().isEqualTo(vocabulary.decoderStart());
    assertThat(vocabulary.eos()).isEqualTo(1);
    assertThat(vocabulary.unknown()).isEqualTo(2);
    assertThat(vocabulary.hasBos()).isFalse();
    assertThat(vocabulary.hasMask()).isFalse();
    assertThat(vocabulary.sentinels()).isEqualTo(100);
    assertThat(vocabulary.sentinel(0)).isEqualTo(vocabulary.size() - 1);
    assertThat(tokens(tokenizer, tokenizer.encode("the house"))).containsExactly("▁the", "▁house");
  }

  @Test
  void findsSpecialTokensOfBart() {
    Tokenizer tokenizer = ImportedTokenizers.bytePairs();
    Vocabulary vocabulary = tokenizer.vocabulary();
    assertThat(vocabulary.bos()).isZero();
    assertThat(vocabulary.pad()).isEqualTo(1);
    assertThat(vocabulary.eos()).isEqualTo(2).isEqualTo(vocabulary.decoderStart());
    assertThat(vocabulary.unknown()).isEqualTo(3);
    assertThat(vocabulary.mask()).isEqualTo(vocabulary.size() - 1);
    assertThat(tokens(tokenizer, tokenizer.encode("the the"))).containsExactly("the", "Ġthe");
  }

  @ParameterizedTest
  @MethodSource("all")
  void encodesSpecialStringsAsText(Tokenizer tokenizer) {
    for (String special :
        new String[] {
          "<s>", "</s>", "<pad>", "<unk>", "<mask>", "<extra_id_0>", "<extra_id_99>",
          "[CLS]", "[SEP]", "[PAD]", "[MASK]", "[UNK]", "<<s>s>", "</s></s>"
        }) {
      for (String text : new String[] {special, "the " + special + " the", "the" + special + "."}) {
        int[] ids = tokenizer.encode(text);
        assertThat(ids).isNotEmpty();
        assertThat(Arrays.stream(ids).filter(tokenizer.vocabulary()::isSpecial))
            .as(text)
            .allMatch(id -> id == tokenizer.vocabulary().unknown());
        assertThat(tokenizer.decode(ids).replace(" ", ""))
            .as(text)
            .isEqualToIgnoringCase(text.replace(" ", ""));
      }
    }
  }

  @Test
  void encodesSpecialStringsMadeByANormalizerAsText() {
    Tokenizer tokenizer = ImportedTokenizers.unigram();
    // Full-width letters become "<pad>" by NFKC.
    int[] ids = tokenizer.encode("the ＜pad＞ the");
    assertThat(Arrays.stream(ids).noneMatch(tokenizer.vocabulary()::isSpecial)).isTrue();
    assertThat(tokenizer.decode(ids)).isEqualTo("the <pad> the");
  }

  @Test
  void addsNoSpaceBetweenSentences() {
    Tokenizer tokenizer = ImportedTokenizers.unigram();
    TokenBlock block = new TextEncoder(tokenizer).block(0, "今天好。天气好。 house the.house");
    assertThat(tokenizer.decode(block.tokens())).isEqualTo("今天好。天气好。 house the.house");
    assertThat(tokens(tokenizer, block.tokens()))
        .containsExactly("▁", "今天", "好", "。", "天气", "好", "。", "▁house", "▁the", ".", "house");
    assertThat(block.sentenceStarts()).containsExactly(0, 4, 7);
  }
}
