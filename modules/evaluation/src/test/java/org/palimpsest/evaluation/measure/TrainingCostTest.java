package org.palimpsest.evaluation.measure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.palimpsest.model.spec.ModelPreset;

class TrainingCostTest {
  /** The preset tiny: width and inner width 32, feed-forward 64, one layer each, 64 entries. */
  private final TrainingCost cost = new TrainingCost(ModelPreset.TINY.spec(FewTokens.vocabulary()));

  @Test
  void anEncoderPositionHasTheProductsOfOneLayer() {
    // Query, key, value, and output; two of the feed-forward; scores and sums; keys and values of
    // the decoder.
    double products = 4 * 32 * 32 + 2 * 32 * 64 + 2 * 32 + 2 * 32 * 32;
    assertThat(cost.ofExample(1, 0, 0)).isEqualTo(6 * products);
  }

  @Test
  void aDecoderPositionHasNoKeysAndValuesOfTheEncoder() {
    double products = 6 * 32 * 32 + 2 * 32 * 64 + 2 * 32;
    assertThat(cost.ofExample(0, 1, 0)).isEqualTo(6 * products);
  }

  @Test
  void theHeadIsComputedWhereTheLossCounts() {
    assertThat(cost.ofExample(0, 0, 3)).isEqualTo(6 * 3 * 32 * 64);
  }

  @Test
  void attentionGrowsWithTheProductOfLengths() {
    double self = cost.ofExample(20, 0, 0) - 2 * cost.ofExample(10, 0, 0);
    assertThat(self).isEqualTo(6 * 2 * 32 * (400 - 2 * 100));
    double cross = cost.ofExample(5, 7, 0) - cost.ofExample(5, 0, 0) - cost.ofExample(0, 7, 0);
    assertThat(cross).isEqualTo(6 * 2 * 32 * 5 * 7);
  }
}
