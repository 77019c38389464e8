package org.palimpsest.evaluation.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SeedMeanTest {
  private static Estimate estimate(double value, double half) {
    return new Estimate(value, Optional.of(new Interval(value - half, value + half)), 1);
  }

  /** Student's t of two degrees of freedom is 4.3027 at 97.5 %; the deviation of 1, 2, 3 is 1. */
  @Test
  void theHalfOverSeedsIsThatOfStudentsT() {
    SeedMean mean = SeedMean.of(List.of(estimate(1, 3), estimate(2, 4), estimate(3, 5)));
    assertThat(mean.value()).isEqualTo(2);
    assertThat(mean.count()).isEqualTo(3);
    assertThat(mean.seeds().getAsDouble()).isCloseTo(4.30265 / Math.sqrt(3), within(1e-4));
    assertThat(mean.documents().getAsDouble()).isEqualTo(4);
    assertThat(mean.half()).isCloseTo(Math.hypot(2.48414, 4), within(1e-4));
  }

  @Test
  void oneSeedHasNoIntervalOverSeeds() {
    SeedMean mean = SeedMean.of(List.of(estimate(1, 3)));
    assertThat(mean.seeds()).isEmpty();
    assertThat(mean.half()).isEqualTo(3);
  }

  @Test
  void whatIsNoMeanOverDocumentsHasNoIntervalOverThem() {
    Estimate alone = new Estimate(5, Optional.empty(), 1);
    SeedMean mean = SeedMean.of(List.of(alone, alone));
    assertThat(mean.documents()).isEmpty();
    assertThat(mean.seeds().getAsDouble()).isZero();
  }
}
