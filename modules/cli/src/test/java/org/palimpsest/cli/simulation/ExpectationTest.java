package org.palimpsest.cli.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.training.config.Transport;

class ExpectationTest {
  private static final Cluster.Faults NO_FAULTS =
      new Cluster.Faults(Double.POSITIVE_INFINITY, 100, 0, 0);
  private static final Cluster.Exchange FREE =
      new Cluster.Exchange(Transport.COLLECTIVE, 4, 1e12, 0, 0);
  private static final double GIGABIT = 1e9 / 8;

  private static Cluster cluster(int workers, int innerSteps, Transport transport) {
    return new Cluster(
        workers,
        new Cluster.Work(30_000_000, 0.5, 0, innerSteps),
        new Cluster.Exchange(transport, 4, GIGABIT, 0, 0),
        NO_FAULTS);
  }

  private static Cluster failing(double hours, long steps, double checkpoint, double restart) {
    return new Cluster(
        4,
        new Cluster.Work(1, 1, 0, 1),
        FREE,
        new Cluster.Faults(hours, steps, checkpoint, restart));
  }

  @Test
  void ringSendsAlmostTwiceTheMessage() {
    Expectation expectation = Expectation.of(cluster(4, 50, Transport.COLLECTIVE));

    assertThat(expectation.computingSeconds()).isEqualTo(25);
    // 2 · 3/4 · 120 MB over 125 MB/s.
    assertThat(expectation.exchangeSeconds()).isCloseTo(1.44, within(1e-9));
    assertThat(expectation.efficiency()).isCloseTo(25 / 26.44, within(1e-9));
    assertThat(expectation.bytesPerStep()).isCloseTo(180e6 / 50, within(1e-3));
  }

  @Test
  void sparkSendsTheSumThroughTheDriver() {
    Expectation expectation = Expectation.of(cluster(4, 50, Transport.SPARK));

    assertThat(expectation.exchangeSeconds()).isCloseTo(2.75 * 120 / 125.0, within(1e-9));
    assertThat(expectation.bytesPerStep()).isCloseTo(120e6 / 50, within(1e-3));
  }

  @Test
  void singleWorkerNeitherWaitsNorExchanges() {
    Expectation expectation = Expectation.of(cluster(1, 1, Transport.COLLECTIVE));

    assertThat(expectation.efficiency()).isEqualTo(1);
    assertThat(expectation.bytesPerStep()).isZero();
  }

  /** Means of the largest of n standard normal values (Teichroew 1956). */
  @ParameterizedTest
  @CsvSource({"2, 0.5642", "4, 1.0294", "8, 1.4236", "20, 1.8675"})
  void slowestWorkerMatchesTheExpectedMaximum(int workers, double deviations) {
    assertThat(Normal.meanOfLargest(workers)).isCloseTo(deviations, within(0.03));
  }

  @Test
  void waitingGrowsWithTheSquareRootOfTheSteps() {
    Cluster even = cluster(8, 100, Transport.COLLECTIVE);
    Cluster uneven = new Cluster(8, new Cluster.Work(1, 0.5, 0.1, 100), FREE, NO_FAULTS);

    assertThat(Expectation.of(even).waitingSeconds()).isZero();
    assertThat(Expectation.of(uneven).waitingSeconds())
        .isCloseTo(0.1 * 0.5 * 10 * 1.4236, within(0.02));
  }

  /** Compares with a simulation that draws each failure. */
  @ParameterizedTest
  @CsvSource({"1, 100, 5, 30", "0.5, 300, 10, 60", "2, 1000, 0, 120"})
  void costOfFailuresMatchesASimulation(
      double hours, long steps, double checkpoint, double restart) {
    Cluster cluster = failing(hours, steps, checkpoint, restart);
    double mean = hours * 3600 / 4;
    SplittableRandom random = new SplittableRandom(7);
    double seconds = 0;
    int intervals = 20_000;
    for (int i = 0; i < intervals; i++) {
      double next = -mean * Math.log(1 - random.nextDouble());
      double needed = steps + checkpoint;
      while (next < needed) {
        seconds += next;
        needed = restart + steps + checkpoint;
        next = -mean * Math.log(1 - random.nextDouble());
      }
      seconds += needed;
    }

    double drawn = intervals * (double) steps / seconds;
    // Like the simulation, Daly includes failures that happen during a restart.
    assertThat(Expectation.of(cluster).faultShare()).isCloseTo(drawn, within(0.03));
  }

  @Test
  void youngsIntervalIsOptimal() {
    long best = Expectation.of(failing(10, 1, 20, 60)).checkpointSteps();
    assertThat(best).isEqualTo(Math.round(Math.sqrt(2 * 20 * 9000)));

    double share = Expectation.of(failing(10, best, 20, 60)).faultShare();
    assertThat(share).isGreaterThan(Expectation.of(failing(10, best / 2, 20, 60)).faultShare());
    assertThat(share).isGreaterThan(Expectation.of(failing(10, best * 2, 20, 60)).faultShare());
  }

  @Property
  void efficiencyGrowsWithTheNumberOfInnerSteps(
      @ForAll @IntRange(min = 2, max = 512) int workers,
      @ForAll @IntRange(min = 1, max = 500) int innerSteps) {
    assertThat(Expectation.of(cluster(workers, innerSteps + 1, Transport.COLLECTIVE)).efficiency())
        .isGreaterThan(
            Expectation.of(cluster(workers, innerSteps, Transport.COLLECTIVE)).efficiency())
        .isLessThan(1);
  }

  @Test
  void rejectsInvalidValues() {
    assertThatThrownBy(() -> cluster(0, 1, Transport.COLLECTIVE))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage("--workers must be at least 1.");
    assertThatThrownBy(() -> failing(0, 1, 1, 1))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage("--failure-hours must be above 0.");
  }
}
