package org.palimpsest.corpus.tokenize;

import static org.assertj.core.api.Assertions.assertThat;

import java.text.Normalizer;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import org.junit.jupiter.api.Test;
import org.palimpsest.corpus.bpe.BytePairTrainer;
import org.palimpsest.corpus.bpe.TokenizerJson;
import org.palimpsest.corpus.bpe.WordCount;

/** Tokenizers bring every text to the normal form of the corpus that they were trained on. */
class NormalFormTest {
  private static final String COMPOSED = "naïve é, Größe 한";
  private static final String DECOMPOSED = Normalizer.normalize(COMPOSED, Normalizer.Form.NFD);
  private static final Tokenizer NFC = tokenizer("NFC");

  private static Tokenizer tokenizer(String form) {
    List<long[]> merges =
        BytePairTrainer.train(List.of(new WordCount("naïve", 9), new WordCount(" the", 9)), 20, 2);
    return new TokenizerFile(TokenizerJson.write(merges, List.of(), 4, form)).tokenizer();
  }

  @Test
  void decomposedTextsHaveTheIdsOfComposedOnes() {
    assertThat(NFC.encode(DECOMPOSED)).isEqualTo(NFC.encode(COMPOSED));
    assertThat(NFC.encodeContinuing(" " + DECOMPOSED))
        .isEqualTo(NFC.encodeContinuing(" " + COMPOSED));
    assertThat(NFC.encodeMarked(DECOMPOSED)).isEqualTo(NFC.encodeMarked(COMPOSED));
    assertThat(new TextEncoder(NFC).encode(DECOMPOSED + ". Zwei.").tokens())
        .isEqualTo(new TextEncoder(NFC).encode(COMPOSED + ". Zwei.").tokens());
  }

  @Test
  void withoutANormalFormTheyDiffer() {
    Tokenizer unchanged = tokenizer("");

    assertThat(unchanged.encode(DECOMPOSED)).isNotEqualTo(unchanged.encode(COMPOSED));
    assertThat(unchanged.encode(COMPOSED)).isEqualTo(NFC.encode(COMPOSED));
  }

  @Test
  void compatibleCharactersAreOne() {
    Tokenizer nfkc = tokenizer("NFKC");

    assertThat(nfkc.encode("ﬁne ½")).isEqualTo(nfkc.encode("fine 1⁄2"));
    assertThat(nfkc.decode(nfkc.encode("＜mask＞"))).isEqualTo("<mask>");
  }

  /** With the cache of words as without it. */
  @Property(tries = 200)
  void idsAreThoseOfTheFile(
      @ForAll @Chars({'e', 'a', ' ', '\u0301', 'é', '.', '\u0308'}) String text) {
    assertThat(NFC.encode(text)).isEqualTo(NFC.ids(text, false));
    assertThat(NFC.decode(NFC.encode(text)))
        .isEqualTo(Normalizer.normalize(text, Normalizer.Form.NFC));
  }
}
