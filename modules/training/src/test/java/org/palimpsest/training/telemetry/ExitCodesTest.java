package org.palimpsest.training.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.palimpsest.training.event.RunResult;

class ExitCodesTest {
  @ParameterizedTest
  @CsvSource({
    "FINISHED, 0, 0",
    "EARLY, 0, 0",
    "TIME_LIMIT, 6, 0",
    "STOPPED, 6, 0",
  })
  void areSixToGoOnUnlessTheRecipeSaysZero(RunResult.Ending ending, int distinct, int zero) {
    assertThat(ExitCodes.DISTINCT.of(ending)).isEqualTo(distinct);
    assertThat(ExitCodes.ZERO_TO_GO_ON.of(ending)).isEqualTo(zero);
  }
}
