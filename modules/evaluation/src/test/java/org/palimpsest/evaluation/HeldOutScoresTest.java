package org.palimpsest.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.palimpsest.evaluation.bootstrap.BlockLosses;

class HeldOutScoresTest {
  @Test
  void partsAreMeansOverTheirTokens() {
    BlockLosses losses = new BlockLosses();
    losses.add(0, 10, 5, 8, 40, 6, 2, 1);
    losses.add(1, 20, 5, 16, 40, 9, 3, 1);
    losses.end(2);

    HeldOutScores scores = HeldOutScores.of(losses, 1);

    assertThat(scores.perToken().value()).isEqualTo(3);
    assertThat(scores.perByte().value()).isEqualTo(0.3);
    assertThat(scores.lost().orElseThrow().loss().value()).isEqualTo(3);
    assertThat(scores.lost().orElseThrow().accuracy().value()).isEqualTo(0.4);
    assertThat(scores.lost().orElseThrow().loss().interval()).isPresent();
    assertThat(scores.moved()).isEmpty();
  }
}
