package org.palimpsest.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.palimpsest.objective.DenoisingExample;

/** The benchmark corrupts blocks and counts their raw tokens. */
class ObjectiveBenchmarkTest {
  @ParameterizedTest
  @ValueSource(strings = {"bart", "t5", "ul2"})
  void examplesAreDamagedAndCounted(String objective) {
    ObjectiveBenchmark benchmark = new ObjectiveBenchmark();
    benchmark.objective = objective;
    benchmark.prepare();
    ObjectiveBenchmark.Tokens tokens = new ObjectiveBenchmark.Tokens();
    DenoisingExample example = benchmark.corrupt(tokens);
    assertThat(example.spans()).isPositive();
    assertThat(tokens.rawTokens).isEqualTo(example.rawLength());
    if (objective.equals("t5")) {
      assertThat(example.sourceLength()).isEqualTo(512);
      assertThat(example.targetLength()).isEqualTo(114);
    }
  }
}
