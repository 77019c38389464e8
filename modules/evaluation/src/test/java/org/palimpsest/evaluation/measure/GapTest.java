package org.palimpsest.evaluation.measure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.objective.TokenBlock;
import org.palimpsest.objective.Vocabulary;

class GapTest {
  private static final Vocabulary VOCABULARY = FewTokens.vocabulary();
  private static final TokenBlock TEXT =
      new TokenBlock(7, new int[] {10, 11, 12, 13, 14, 15, 16}, new int[] {0, 2, 6}, new int[] {0});
  private static final TokenBlock OTHER =
      new TokenBlock(8, new int[] {20, 21, 22}, new int[] {0}, new int[] {0});

  private final Gap gap = new Gap(TEXT, 1, 3, 2);

  @Test
  void oneMaskStandsForTheSpanAndTheLossCountsThere() {
    DenoisingExample example = gap.example(VOCABULARY, 2);
    assertThat(example.sourceTokens()).containsExactly(0, 10, 11, 12, 4, 15, 16, 2);
    assertThat(example.targetTokens()).containsExactly(0, 10, 11, 12, 13, 14, 15, 16, 2);
    DenoisingExample exact = example.copy();
    assertThat(exact.decoderInput()).containsExactly(2, 0, 10, 11, 12, 13, 14, 15, 16);
    assertThat(exact.counted())
        .containsExactly(false, false, false, false, true, true, false, false, false);
  }

  @Test
  void aloneTheSentenceIsTheText() {
    DenoisingExample example = gap.alone().example(VOCABULARY, 2);
    assertThat(example.sourceTokens()).containsExactly(0, 12, 4, 15, 2);
    assertThat(example.targetTokens()).containsExactly(0, 12, 13, 14, 15, 2);
  }

  @Test
  void withinAnotherTextTheSentenceStaysInItsPlace() {
    DenoisingExample example = gap.within(new Gap(OTHER, 0, 0, 1)).example(VOCABULARY, 2);
    assertThat(example.sourceTokens()).containsExactly(0, 20, 21, 12, 4, 15, 20, 2);
    assertThat(example.targetTokens()).containsExactly(0, 20, 21, 12, 13, 14, 15, 20, 2);
  }
}
