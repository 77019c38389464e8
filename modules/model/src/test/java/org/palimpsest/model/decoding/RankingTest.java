package org.palimpsest.model.decoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RankingTest {
  private static final int[] FORBIDDEN = {0, 17, 99};

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 100})
  void ranksLikeAFullSort(int most) {
    Random random = new Random(1);
    double[][] logits = {floats(random), floats(random), floats(random)};
    Ranking ranking = Ranking.of(logits, FORBIDDEN, most);
    for (int sequence = 0; sequence < 3; sequence++) {
      double[] row = logits[sequence];
      double total = Math.log(Arrays.stream(row).map(Math::exp).sum());
      List<Integer> sorted = sorted(row);
      for (int place = 0; place < Math.min(most, 97); place++) {
        int token = sorted.get(place);
        assertThat(ranking.token(sequence, place)).as("token %d", place).isEqualTo(token);
        assertThat(ranking.logProbability(sequence, place))
            .as("log-probability of %d", token)
            .isCloseTo(row[token] - total, within(1e-12));
      }
      for (int place = 97; place < most; place++) {
        assertThat(ranking.logProbability(sequence, place))
            .as("log-probability of the forbidden")
            .isEqualTo(Double.NEGATIVE_INFINITY);
      }
    }
  }

  private static double[] floats(Random random) {
    return random.doubles(100, -20, 20).map(x -> (float) x).toArray();
  }

  private static List<Integer> sorted(double[] row) {
    return IntStream.range(0, row.length)
        .filter(token -> Arrays.binarySearch(FORBIDDEN, token) < 0)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer token) -> -row[token]))
        .toList();
  }

  @Test
  void equalLogitsRankTheLowerIdFirst() {
    Ranking ranking = Ranking.of(new double[][] {{-1, 2, 0.5, 2, 0.25}}, new int[0], 5);
    assertThat(ranking.tokens()).containsExactly(1, 3, 2, 4, 0);
  }
}
