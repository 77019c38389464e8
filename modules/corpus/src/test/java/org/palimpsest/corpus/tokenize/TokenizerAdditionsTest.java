package org.palimpsest.corpus.tokenize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.bpe.TokenizerJson;
import org.palimpsest.objective.Needs;
import org.palimpsest.objective.Vocabulary;

class TokenizerAdditionsTest {
  private static final String TEXT = "the <mask> of <extra_id_0> and more";

  private static TokenizerFile trained(int sentinels) {
    return new TokenizerFile(TokenizerJson.write(List.of(), List.of(), sentinels));
  }

  private static TokenizerFile with(TokenizerFile file, Needs needs) {
    Vocabulary vocabulary = file.tokenizer().vocabulary();
    return TokenizerAdditions.add(file, TokenizerAdditions.missing(vocabulary, needs));
  }

  @Test
  void addsAtLeastAsManySentinelsAsT5Has() {
    TokenizerFile before = trained(0);
    Tokenizer after = with(before, new Needs(7, false, List.of())).tokenizer();
    int size = before.tokenizer().vocabulary().size();

    assertThat(after.vocabulary().sentinels()).isEqualTo(100);
    assertThat(after.vocabulary().sentinel(0)).isEqualTo(size + 99);
    assertThat(after.vocabulary().sentinel(99)).isEqualTo(size);
    assertThat(after.encodeMarked("<extra_id_0>")).containsExactly(size + 99);
    assertThat(after.encodeMarked("<extra_id_99>")).containsExactly(size);
  }

  @Test
  void keepsTheOtherIds() {
    TokenizerFile before = trained(0);
    Tokenizer after = with(before, new Needs(150, false, List.of("[S2S]"))).tokenizer();

    assertThat(after.encode("a text")).containsExactly(before.tokenizer().encode("a text"));
    assertThat(after.vocabulary().sentinels()).isEqualTo(150);
    assertThat(after.vocabulary().named()).containsOnlyKeys("[S2S]");
  }

  @Test
  void addsAMask() {
    byte[] json =
        new String(trained(0).json(), StandardCharsets.UTF_8)
            .replace("<mask>", "<unused>")
            .getBytes(StandardCharsets.UTF_8);
    TokenizerFile before = new TokenizerFile(json);
    Tokenizer after = with(before, new Needs(0, true, List.of())).tokenizer();

    assertThat(before.tokenizer().vocabulary().hasMask()).isFalse();
    assertThat(after.vocabulary().mask()).isEqualTo(before.tokenizer().vocabulary().size());
    assertThat(after.encodeMarked("<mask>")).containsExactly(after.vocabulary().mask());
    assertThat(after.encode("<mask>")).doesNotContain(after.vocabulary().mask());
  }

  @Test
  void changesNothingThatHasEnough() {
    TokenizerFile file = trained(10);

    assertThat(with(file, new Needs(10, true, List.of()))).isSameAs(file);
    assertThat(file.tokenizer().encodeMarked(TEXT)).contains(4);
  }

  @Test
  void refusesTooFewSentinels() {
    assertThatThrownBy(() -> with(trained(10), new Needs(11, false, List.of())))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "The objective needs 11 sentinels, but the tokenizer has 10: lower the noise density or"
                + " corpus.block-size, or raise the mean span length.");
  }

  @Test
  void refusesAVocabularyWithUnusedIds() {
    byte[] json =
        new String(trained(0).json(), StandardCharsets.UTF_8)
            .replace("\"Z\" : 95", "\"Z\" : 300")
            .getBytes(StandardCharsets.UTF_8);

    assertThatThrownBy(() -> with(new TokenizerFile(json), new Needs(3, false, List.of())))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageMatching(
            "The tokenizer has no token with the id \\d+, so no tokens can be added to it: choose"
                + " an objective that needs none and tokenizer\\.extend = 0, or add them with"
                + " another tool\\.");
  }
}
