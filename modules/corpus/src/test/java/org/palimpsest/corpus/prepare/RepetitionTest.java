package org.palimpsest.corpus.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.palimpsest.corpus.text.Document;

class RepetitionTest {
  private static int sum(long seed, double weight) {
    Repetition repetition = new Repetition(seed, LanguageWeights.none());
    int sum = 0;
    for (int i = 0; i < 10_000; i++) {
      int times = repetition.of(new Document("s", Integer.toString(i), "text", weight));
      assertThat(times).isBetween((int) weight, (int) weight + 1);
      sum += times;
    }
    return sum;
  }

  @Test
  void integerWeightsAreExactAndFractionsHoldOnAverage() {
    assertThat(sum(1, 1)).isEqualTo(10_000);
    assertThat(sum(1, 3)).isEqualTo(30_000);
    // Five standard deviations of 10,000 draws of 1/4 are 217.
    assertThat(sum(1, 0.25)).isBetween(2283, 2717);
    assertThat(sum(1, 2.25)).isBetween(22_283, 22_717);
  }

  @Test
  void aSmallerWeightSelectsASubset() {
    Repetition repetition = new Repetition(4, LanguageWeights.none());
    for (int i = 0; i < 1000; i++) {
      Document little = new Document("s", Integer.toString(i), "text", 0.3);
      assertThat(repetition.of(little)).isLessThanOrEqualTo(repetition.of(little.withWeight(0.6)));
    }
  }
}
