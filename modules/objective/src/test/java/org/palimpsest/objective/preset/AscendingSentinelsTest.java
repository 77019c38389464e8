package org.palimpsest.objective.preset;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.objective.TokenBlock;
import org.palimpsest.objective.Vocabulary;

/** Tokenizers to which sentinels were added in order have them ascending. */
class AscendingSentinelsTest {
  private static final int FIRST = 100;
  private static final int SENTINELS = 20;

  @Test
  void sourceAndTargetCountUpwards() {
    DenoisingExample example =
        Objectives.parse("t5")
            .corruptor(ascending(), 64)
            .corrupt(TokenBlock.ofSentence(0, IntStream.range(10, 74).toArray()), 1, 0);
    int[] inSource = IntStream.of(example.sourceTokens()).filter(id -> id >= FIRST).toArray();

    assertThat(inSource.length).isGreaterThan(1);
    assertThat(inSource).isEqualTo(IntStream.range(FIRST, FIRST + inSource.length).toArray());
  }

  @Test
  void theRangeOfSentinelsIsKnownInBothDirections() {
    assertThat(ascending().sentinelStart()).isEqualTo(FIRST);
    assertThat(ascending().sentinelEnd()).isEqualTo(FIRST + SENTINELS);
    assertThat(ascending().isSentinel(FIRST - 1)).isFalse();
    assertThat(Vocabulary.standard(120, SENTINELS).sentinelStart()).isEqualTo(FIRST);
    assertThat(Vocabulary.standard(120, SENTINELS).sentinelEnd()).isEqualTo(120);
    assertThat(Vocabulary.standard(120, 0).isSentinel(119)).isFalse();
  }

  private static Vocabulary ascending() {
    BitSet special = new BitSet();
    special.set(0, 5);
    special.set(FIRST, FIRST + SENTINELS);
    return new Vocabulary(
        FIRST + SENTINELS,
        new Vocabulary.Roles(0, 1, 2, 3, 4, 1),
        new Vocabulary.Sentinels(FIRST, SENTINELS, 1),
        special);
  }
}
