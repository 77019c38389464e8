package org.palimpsest.cli.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.palimpsest.training.config.Transport;

/**
 * The calculation of docs/design/distributed.md: two measured rounds, of a small and of a medium
 * model, determine bandwidth and fixed cost, which predict the rounds of other models.
 */
class PredictedRoundsTest {
  private static final long MILLION = 1_000_000;
  private static final long SMALL = MILLION;
  private static final long MEDIUM = 30 * MILLION;

  /** A cluster without variation and failures, in which a step takes almost no time. */
  private static Cluster cluster(
      Transport transport, int workers, long parameters, double bandwidth, double fixed) {
    return new Cluster(
        workers,
        new Cluster.Work(parameters, 1e-9, 0, 1),
        new Cluster.Exchange(transport, 4, bandwidth, 0, fixed),
        new Cluster.Faults(Double.POSITIVE_INFINITY, 1, 0, 0));
  }

  private static double round(
      Transport transport, int workers, long parameters, double bandwidth, double fixed) {
    return Expectation.of(cluster(transport, workers, parameters, bandwidth, fixed))
        .exchangeSeconds();
  }

  @Property
  void twoRoundsPredictTheRoundsOfOtherModels(
      @ForAll Transport transport,
      @ForAll @IntRange(min = 2, max = 64) int workers,
      @ForAll @DoubleRange(min = 1e7, max = 1e11) double bandwidth,
      @ForAll @DoubleRange(min = 0.01, max = 1) double fixed,
      @ForAll @IntRange(min = 1, max = 10_000) int millions) {
    double small = round(transport, workers, SMALL, bandwidth, fixed);
    double medium = round(transport, workers, MEDIUM, bandwidth, fixed);
    double atOneBytePerSecond = round(transport, workers, MEDIUM - SMALL, 1, 0);
    double measuredBandwidth = atOneBytePerSecond / (medium - small);
    double measuredFixed = small - round(transport, workers, SMALL, measuredBandwidth, 0);
    assertThat(measuredBandwidth).isCloseTo(bandwidth, within(1e-6 * bandwidth));
    double actual = round(transport, workers, millions * MILLION, bandwidth, fixed);
    assertThat(round(transport, workers, millions * MILLION, measuredBandwidth, measuredFixed))
        .isCloseTo(actual, within(1e-6 * (1 + actual)));
  }
}
