package org.palimpsest.evaluation.measure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SequencesTest {
  private static int[] points(String text) {
    return text == null ? new int[0] : text.codePoints().toArray();
  }

  @ParameterizedTest
  @CsvSource({
    "kitten, sitting, 3, 4",
    "flaw, lawn, 2, 3",
    "same, same, 0, 4",
    "abc, , 3, 0",
    ", abc, 3, 0",
    "ab, ba, 2, 1"
  })
  void distancesAndCommonSubsequences(String one, String other, int distance, int common) {
    assertThat(Sequences.distance(points(one), points(other))).isEqualTo(distance);
    assertThat(Sequences.distanceWithSwaps(points(one), points(other)))
        .isEqualTo("ab".equals(one) ? 1 : distance);
    assertThat(Sequences.commonLength(points(one), points(other))).isEqualTo(common);
  }
}
