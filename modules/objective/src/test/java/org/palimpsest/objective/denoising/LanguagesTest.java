package org.palimpsest.objective.denoising;

import static org.assertj.core.api.Assertions.assertThat;
import static org.palimpsest.objective.Texts.inputs;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.objective.Objective;
import org.palimpsest.objective.Texts;
import org.palimpsest.objective.TokenBlock;
import org.palimpsest.objective.Vocabulary;
import org.palimpsest.objective.Vocabulary.LanguagePlace;
import org.palimpsest.objective.preset.Objectives;

/** Blocks that end with the token of their language. */
class LanguagesTest {
  private static final int BOS = 0;
  private static final int EOS = 2;
  private static final int GERMAN = 6;
  private static final Vocabulary AFTER = Texts.BART.withLanguages(LanguagePlace.AFTER_END);
  private static final Vocabulary BEFORE = Texts.BART.withLanguages(LanguagePlace.BEFORE_TEXT);

  private static DenoisingExample corrupted(Object objective, Vocabulary vocabulary, int... ids) {
    return Objectives.parse(objective)
        .corruptor(vocabulary, 64)
        .corrupt(TokenBlock.ofSentence(3, ids), 1, 0);
  }

  private static int[] target(DenoisingExample example) {
    return Arrays.copyOf(example.target(), example.targetLength());
  }

  /** As mBART: the source ends with its language, and the decoder begins with it. */
  @Test
  void theLanguageFollowsTheEndAndBeginsTheDecoder() {
    DenoisingExample example = corrupted("autoencoder", AFTER, 100, 101, GERMAN);

    assertThat(example.sourceTokens()).containsExactly(100, 101, EOS, GERMAN);
    assertThat(inputs(example)).containsExactly(GERMAN, 100, 101);
    assertThat(target(example)).containsExactly(100, 101, EOS);
    assertThat(example.rawLength()).isEqualTo(2);
  }

  /** As mBART-50 and NLLB. */
  @Test
  void theLanguageStandsBeforeTheText() {
    DenoisingExample example = corrupted("autoencoder", BEFORE, 100, 101, GERMAN);

    assertThat(example.sourceTokens()).containsExactly(GERMAN, 100, 101, EOS);
    assertThat(inputs(example)).containsExactly(EOS, GERMAN, 100, 101);
    assertThat(target(example)).containsExactly(GERMAN, 100, 101, EOS);
  }

  @Test
  void aTextWithoutALanguageIsAsEver() {
    DenoisingExample example = corrupted("autoencoder", AFTER, 100, 101);

    assertThat(example.sourceTokens()).containsExactly(BOS, 100, 101, EOS);
    assertThat(inputs(example)).containsExactly(EOS, BOS, 100, 101);
  }

  @Test
  void withoutLanguagesANamedTokenIsAToken() {
    DenoisingExample example = corrupted("autoencoder", Texts.BART, 100, GERMAN);

    assertThat(example.sourceTokens()).containsExactly(BOS, 100, GERMAN, EOS);
  }

  @Test
  void theDecoderOfMassReadsTheLanguageBeforeTheText() {
    DenoisingExample after = corrupted("mass", AFTER, 100, 101, 102, 103, 104, 105, GERMAN);
    int first = after.target()[0];

    assertThat(inputs(after)[0]).isEqualTo(first == 100 ? GERMAN : first - 1);
  }

  /** Whatever the noise: it falls on the text alone, as without a language. */
  @Property(tries = 200)
  void noiseIsThatOfTheText(
      @ForAll @IntRange(min = 1, max = 60) int length,
      @ForAll @IntRange(max = 3) int which,
      @ForAll long seed) {
    Objective objective =
        Objectives.parse(new Object[] {"bart", "t5", "token-masking", "text-infilling"}[which]);
    TokenBlock text = Texts.sentences(9, length, 7);
    int[] tagged = Arrays.copyOf(text.tokens(), length + 1);
    tagged[length] = GERMAN;
    TokenBlock block = new TokenBlock(9, tagged, text.sentenceStarts(), text.documentStarts());

    DenoisingExample plain = objective.corruptor(AFTER, 64).corrupt(text, seed, 2).copy();
    DenoisingExample found = objective.corruptor(AFTER, 64).corrupt(block, seed, 2);

    assertThat(withoutFrame(found.sourceTokens())).isEqualTo(withoutFrame(plain.sourceTokens()));
    assertThat(withoutFrame(target(found))).isEqualTo(withoutFrame(target(plain)));
    int last = found.sourceLength() - 1;
    assertThat(found.source()[last - 1]).isEqualTo(EOS);
    assertThat(found.source()[last]).isEqualTo(GERMAN);
    assertThat(inputs(found)[0]).isEqualTo(GERMAN);
    assertThat(found.sourceLength())
        .isLessThanOrEqualTo(objective.lengths(AFTER, length + 1).maxSource());
  }

  private static int[] withoutFrame(int... ids) {
    return Arrays.stream(ids).filter(id -> id != BOS && id != EOS && id != GERMAN).toArray();
  }
}
