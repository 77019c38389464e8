package org.palimpsest.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.objective.TokenBlock;
import org.palimpsest.objective.Vocabulary;
import org.palimpsest.objective.preset.Objectives;

class LeftNeighborsTest {
  /** Token i of the block is 10 + i, so the true left neighbor of a token is the id before it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "bart",
        "text-infilling",
        "token-masking",
        "token-deletion",
        "t5",
        "mass",
        "prefix-lm",
        "iid_50_d_d",
        "span_3_50_d_d"
      })
  void findsTheTrueLeftNeighbor(String objective) {
    Vocabulary vocabulary = Vocabulary.standard(300, 100);
    int[] text = IntStream.range(10, 74).toArray();
    TokenBlock block = TokenBlock.ofSentence(5, text);
    int seen = 0;
    for (int seed = 0; seed < 20; seed++) {
      DenoisingExample example =
          Objectives.parse(objective).corruptor(vocabulary, 64).corrupt(block, seed, 0);
      int[] left = new LeftNeighbors(vocabulary).of(example, block);
      for (int t = 0; t < example.targetLength(); t++) {
        int token = example.target()[t];
        if (example.roles()[t] == DenoisingExample.CORRUPTED) {
          int expected = token == 10 ? 0 : token - 1;
          assertThat(left[t]).as("left of %d in %s", token, objective).isEqualTo(expected);
          seen++;
        }
      }
    }
    assertThat(seen).isPositive();
  }
}
