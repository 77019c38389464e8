package org.palimpsest.objective;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.palimpsest.objective.corruption.NoiseRandom;
import org.palimpsest.objective.corruption.SpecialIds;
import org.palimpsest.objective.preset.Objectives;

/** Texts at the edges of what there can be, under every preset. */
class EdgeTextTest {
  static List<Objective> presets() {
    return Objectives.presets();
  }

  @ParameterizedTest
  @MethodSource("presets")
  void veryShortTexts(Objective objective) {
    Corruptor corruptor = objective.corruptor(Texts.BART, 512);
    for (int tokens = 0; tokens <= 3; tokens++) {
      for (int epoch = 0; epoch < 200; epoch++) {
        DenoisingExample example = corruptor.corrupt(Texts.sentences(1, tokens, 1), 1, epoch);
        assertThat(example.rawLength()).isEqualTo(tokens);
        assertThat(example.sourceLength()).isBetween(1, tokens + 3);
        assertThat(example.targetLength()).isLessThanOrEqualTo(tokens + 4);
      }
    }
  }

  /** With nothing to damage, nothing is damaged; MASS has an empty target then. */
  @ParameterizedTest
  @MethodSource("presets")
  void textOfSpecialTokensAlone(Objective objective) {
    int[] tokens = new int[40];
    Arrays.fill(tokens, 2);
    Corruptor corruptor = objective.corruptor(Texts.BART, 512);
    DenoisingExample example = corruptor.corrupt(TokenBlock.ofSentence(1, tokens), 1, 0);
    assertThat(example.spans()).isZero();
    assertThat(example.sourceLength()).isGreaterThanOrEqualTo(41);
    assertThat(Texts.roles(example)).doesNotContain(DenoisingExample.CORRUPTED);
  }

  @ParameterizedTest
  @MethodSource("presets")
  void textLongerThanTheBlock(Objective objective) {
    Corruptor corruptor = objective.corruptor(Texts.BART, 100);
    DenoisingExample example = corruptor.corrupt(Texts.sentences(1, 20_000, 17), 1, 0);
    assertThat(example.rawLength()).isEqualTo(20_000);
    assertThat(example.sourceLength()).isLessThanOrEqualTo(20_003);
    assertThat(example.spans()).isLessThanOrEqualTo(20_000);
  }

  @Test
  void tenThousandSentences() {
    Corruptor corruptor = Texts.corruptor("sentence-permutation", 20_000);
    DenoisingExample example = corruptor.corrupt(Texts.sentences(1, 20_000, 2), 1, 0);
    int[] source = example.sourceTokens();
    assertThat(source).isNotEqualTo(example.targetTokens());
    Arrays.sort(source);
    int[] target = example.targetTokens();
    Arrays.sort(target);
    assertThat(source).isEqualTo(target);
  }

  @ParameterizedTest
  @MethodSource("presets")
  void vocabularyAtTheLimitOfInt(Objective objective) {
    int size = Integer.MAX_VALUE;
    BitSet special = new BitSet();
    special.set(0, 9);
    Vocabulary vocabulary =
        new Vocabulary(
            size,
            Texts.BART.roles(),
            Vocabulary.Sentinels.descending(size - 1, 128),
            special,
            new BitSet(),
            Texts.BART.named());
    Corruptor corruptor = objective.corruptor(vocabulary, 100);
    int[] tokens = new int[100];
    Arrays.setAll(tokens, k -> size - 300 + k);
    DenoisingExample example = corruptor.corrupt(TokenBlock.ofSentence(1, tokens), 1, 0);
    assertThat(Arrays.stream(example.sourceTokens())).allMatch(id -> id >= 0 && id < size);
    assertThat(example.sourceLength()).isBetween(1, 103);
  }

  @Test
  void specialIdsMayLieAnywhere() {
    BitSet special = new BitSet();
    special.set(0, 5);
    special.set(50);
    special.set(60, 70);
    Vocabulary vocabulary =
        new Vocabulary(100, Texts.BART.roles(), Vocabulary.Sentinels.descending(99, 10), special);
    SpecialIds ids = new SpecialIds(vocabulary);
    assertThat(ids.ordinary()).isEqualTo(100 - 5 - 1 - 10 - 10);
    int[] seen = new int[100];
    NoiseRandom random = new NoiseRandom().example(1, 0, 0).stage(1);
    for (int draw = 0; draw < 74_000; draw++) {
      seen[ids.draw(random)]++;
    }
    for (int id = 0; id < 100; id++) {
      boolean control = special.get(id) || id >= 90;
      assertThat(ids.isSpecial(id)).isEqualTo(control);
      // 1000 each; the deviation is 31.
      assertThat(seen[id]).isBetween(control ? 0 : 850, control ? 0 : 1150);
    }
    assertThat(ids.anyIn(new int[] {10, 50, 11}, 3)).isTrue();
    assertThat(ids.anyIn(new int[] {10, 49, 89}, 3)).isFalse();
  }
}
