package org.palimpsest.evaluation.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class OrderMeasureTest {
  private static final List<String> TEXT = List.of("One morning.", "Two cats sat.", "They slept.");

  private static int pairs(String... restored) {
    return OrderMeasure.pairsInOrder(TEXT, List.of(restored));
  }

  @Test
  void theOriginalHasAllPairsInOrder() {
    assertThat(pairs("One morning.", "Two cats sat.", "They slept.")).isEqualTo(3);
  }

  @Test
  void theReverseHasNone() {
    assertThat(pairs("They slept.", "Two cats sat.", "One morning.")).isZero();
  }

  @Test
  void aRotationHasOne() {
    assertThat(pairs("They slept.", "One morning.", "Two cats sat.")).isEqualTo(1);
  }

  @Test
  void aSentenceWithFewErrorsIsFound() {
    assertThat(pairs("One mornin.", "Two rats sat.", "They slept.")).isEqualTo(3);
  }

  @Test
  void aSentenceThatIsMissingIsInNoPair() {
    assertThat(pairs("One morning.", "Something else entirely.", "They slept.")).isEqualTo(1);
    assertThat(pairs()).isZero();
  }

  /** A model that writes one sentence again and again restores no order. */
  @Test
  void aRepeatedSentenceIsFoundOnce() {
    assertThat(pairs("One morning.", "One morning.", "One morning.")).isZero();
  }
}
