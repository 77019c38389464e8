package org.palimpsest.evaluation.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.palimpsest.objective.Vocabulary;

class SpansTest {
  private static final int M = 4;

  private static List<int[]> filled(int[] source, int... written) {
    return Spans.filled(source, written, M);
  }

  @Test
  void fillsAMaskBetweenItsNeighbors() {
    assertThat(filled(new int[] {10, M, 13}, 10, 11, 12, 13)).containsExactly(new int[] {11, 12});
    assertThat(filled(new int[] {M, 13}, 11, 12, 13)).containsExactly(new int[] {11, 12});
    assertThat(filled(new int[] {10, M}, 10, 11)).containsExactly(new int[] {11});
    assertThat(filled(new int[] {10, M, 11}, 10, 11)).containsExactly(new int[] {});
  }

  @Test
  void fillsSeveralMasksInOrder() {
    assertThat(filled(new int[] {M, 20, M, 30, M}, 1, 20, 2, 3, 30, 5))
        .containsExactly(new int[] {1}, new int[] {2, 3}, new int[] {5});
  }

  @Test
  void alignsChangedNeighbors() {
    assertThat(filled(new int[] {10, 20, M, 30, 40}, 10, 21, 7, 8, 30, 41))
        .containsExactly(new int[] {7, 8});
    assertThat(filled(new int[] {10, 20, 30}, 10, 30)).isEmpty();
  }

  @Test
  void findsSpansAfterSentinels() {
    Vocabulary vocabulary = Vocabulary.standard(100, 10);
    int[] source = {50, 99, 60, 98, 70, 97};
    int[] written = {99, 51, 52, 97, 80, 81};
    List<int[]> spans = Spans.afterSentinels(source, written, vocabulary);
    assertThat(spans).containsExactly(new int[] {51, 52}, new int[] {}, new int[] {80, 81});
    assertThat(Spans.filledIn(source, spans, vocabulary))
        .containsExactly(50, 51, 52, 60, 70, 80, 81);
  }
}
