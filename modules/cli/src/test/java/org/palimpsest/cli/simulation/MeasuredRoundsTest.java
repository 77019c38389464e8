package org.palimpsest.cli.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.palimpsest.training.config.Transport;

/**
 * What is expected of two executors on one machine, held against what docs/distributed.md measured
 * there ("What a round costs"): the rounds of 1 and of 30 million parameters tell the fixed cost
 * and the bandwidth, with which those of 140 million and a whole run must come out.
 */
class MeasuredRoundsTest {
  private static final long MILLION = 1_000_000;

  /** Seconds of a round of 1, 30 and 140 million parameters. */
  private record Measured(Transport route, double one, double thirty, double oneForty) {
    /** Two executors that are all but idle between rounds. */
    private Cluster cluster(long parameters, double bandwidth, double fixed) {
      return MeasuredRoundsTest.cluster(route, parameters, 1e-9, 1, bandwidth, fixed);
    }

    /** Bytes a second, of which a round's fixed cost is no part. */
    double bandwidth() {
      double seconds = thirty - one;
      double bytes =
          Expectation.of(cluster(29 * MILLION, 1, 0)).exchangeSeconds(); // at a byte a second
      return bytes / seconds;
    }

    double fixed() {
      return one - Expectation.of(cluster(MILLION, bandwidth(), 0)).exchangeSeconds();
    }

    double expected() {
      return Expectation.of(cluster(140 * MILLION, bandwidth(), fixed())).exchangeSeconds();
    }
  }

  private static final Measured SOCKETS = new Measured(Transport.COLLECTIVE, 0.014, 0.188, 1.039);
  private static final Measured JOBS = new Measured(Transport.SPARK, 0.308, 0.973, 2.076);

  private static Cluster cluster(
      Transport route,
      long parameters,
      double step,
      int innerSteps,
      double bandwidth,
      double fixed) {
    return new Cluster(
        2,
        parameters,
        step,
        0,
        innerSteps,
        4,
        route,
        bandwidth,
        0,
        fixed,
        Double.POSITIVE_INFINITY,
        innerSteps,
        0,
        0);
  }

  @Test
  void aLargerModelsRoundOverSocketsIsExpectedWithinAQuarter() {
    assertThat(SOCKETS.expected()).isCloseTo(0.85, within(0.01));
    assertThat(SOCKETS.expected() / SOCKETS.oneForty()).isBetween(1 / 1.25, 1.25);
  }

  /** Of jobs the driver's part grows more slowly than the model: too much is expected. */
  @Test
  void aLargerModelsRoundAsAJobIsExpectedWithinAFactorOfTwo() {
    assertThat(JOBS.expected()).isCloseTo(3.50, within(0.01));
    assertThat(JOBS.expected() / JOBS.oneForty()).isBetween(0.5, 2.0);
  }

  /** 31 million parameters, 100 steps with a round every 50, and without. */
  @Test
  void whatARunLosesToItsRoundsIsExpectedWithinTwoPercent() {
    double with = (36.3 + 37.0 + 36.7) / 3;
    double without = (36.5 + 37.7 + 36.0) / 3;
    Cluster run =
        cluster(
            Transport.COLLECTIVE,
            31 * MILLION,
            without / 100,
            50,
            SOCKETS.bandwidth(),
            SOCKETS.fixed());

    assertThat(Expectation.of(run).efficiency()).isCloseTo(0.99, within(0.001));
    assertThat(Expectation.of(run).efficiency()).isCloseTo(without / with, within(0.02));
  }
}
