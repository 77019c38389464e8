package org.palimpsest.model.batch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CountedRowsTest {
  /**
   * Two rows of four: examples of 2 and 1 target tokens share the first, one of 3 has the second.
   */
  private static final Segments SEGMENTS =
      new Segments(
          new int[] {0, 0, 1},
          new int[] {0, 3, 0},
          new int[] {3, 2, 1},
          new int[] {0, 2, 0},
          new int[] {2, 1, 3});

  private static final int[] TOKENS = {10, 11, 12, 0, 20, 21, 22, 0};
  private static final float[] WEIGHTS = {1, 0, 0.5f, 9, 0, 0, 2, 9};

  @Test
  void targetPlacesFollowTheExamples() {
    assertThat(SEGMENTS.targetPlaces(0, 3, 4)).containsExactly(0, 1, 2, 4, 5, 6);
    assertThat(SEGMENTS.targetPlaces(1, 3, 4)).containsExactly(2, 4, 5, 6);
    assertThat(SEGMENTS.sourcePlaces(0, 3, 5)).containsExactly(0, 1, 2, 3, 4, 5);
    assertThat(SEGMENTS.sourcePlaces(2, 2, 5)).isEmpty();
  }

  @Test
  void omitsRowsWithoutWeight() {
    int[] places = SEGMENTS.targetPlaces(1, 3, 4);
    CountedRows counted = CountedRows.of(places, TOKENS, WEIGHTS, CountedRows.Scope.COUNTED);
    assertThat(counted.rows()).containsExactly(0, 3);
    assertThat(counted.truth()).containsExactly(12, 22);
    assertThat(counted.weights()).containsExactly(0.5f, 2);
    assertThat(counted.places()).containsExactly(2, 6);
    assertThat(counted.count()).isEqualTo(2);
  }

  @Test
  void scopeAllKeepsEveryRow() {
    int[] places = SEGMENTS.targetPlaces(0, 3, 4);
    CountedRows all = CountedRows.of(places, TOKENS, WEIGHTS, CountedRows.Scope.ALL);
    assertThat(all.rows()).containsExactly(0, 1, 2, 3, 4, 5);
    assertThat(all.truth()).containsExactly(10, 11, 12, 20, 21, 22);
    assertThat(all.places()).isEqualTo(places);
  }
}
