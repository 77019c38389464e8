package org.palimpsest.model.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.palimpsest.base.PalimpsestException;

class LearningRateScheduleTest {

  /** The published values of T5's schedule. */
  @ParameterizedTest
  @CsvSource({
    "1, .01",
    "10000, .01",
    "20000, .0070711",
    "40000, .005",
    "65536, .00390625",
    "262144, .001953125",
    "524288, .00138107",
    "1000000, .001"
  })
  void t5InverseSqrtHasThePublishedRates(long update, double rate) {
    var schedule = schedule("kind = t5-inverse-sqrt, peak = 0.01, warm-up-steps = 10000");

    assertThat(schedule.rate(update)).isCloseTo(rate, within(5e-8));
  }

  @ParameterizedTest
  @CsvSource({"1, .00025", "2, .0005", "4, .001", "16, .0005", "400, .0001"})
  void inverseSqrtWarmsUpToThePeak(long update, double rate) {
    var schedule = schedule("kind = inverse-sqrt, peak = 1e-3, warm-up-steps = 4");

    assertThat(schedule.rate(update)).isCloseTo(rate, within(1e-15));
  }

  @ParameterizedTest
  @CsvSource({
    "constant, 1, .1",
    "constant, 10, 1",
    "constant, 1000, 1",
    "linear, 5, .5",
    "linear, 10, 1",
    "linear, 60, .6",
    "linear, 110, .2",
    "linear, 500, .2",
    "polynomial, 60, .4",
    "polynomial, 110, .2",
    "cosine, 10, 1",
    "cosine, 35, .882842712474619",
    "cosine, 60, .6",
    "cosine, 110, .2",
    "cosine, 111, .2",
    "warm-up-stable-decay, 5, .5",
    "warm-up-stable-decay, 90, 1",
    "warm-up-stable-decay, 100, .6",
    "warm-up-stable-decay, 110, .2"
  })
  void decaysFromPeakToFloor(String kind, long update, double rate) {
    var schedule =
        schedule(
            "peak = 1, warm-up-steps = 10, floor = 0.2, power = 2, decay-steps = 20, kind = "
                + kind);

    assertThat(schedule.rate(update)).isCloseTo(rate, within(1e-12));
  }

  /** nanoT5's "legacy" schedule: the inverse square root, then a line to 0 over the last tenth. */
  @ParameterizedTest
  @CsvSource({
    "1, .01",
    "81, .0033333333333333335",
    "99, .0030151134457776364",
    "100, .003",
    "105, .0015",
    "110, 0",
    "200, 0"
  })
  void finalRampEndsAnySchedule(long update, double rate) {
    var schedule =
        schedule("kind = t5-inverse-sqrt, peak = 0.01, warm-up-steps = 9, final-ramp-steps = 10");

    assertThat(schedule.rate(update)).isCloseTo(rate, within(1e-15));
  }

  @Property
  void ratesStayBetweenZeroAndThePeak(
      @ForAll @LongRange(min = 1, max = 400) long update,
      @ForAll @LongRange(min = 0, max = 110) long warmUp) {
    for (String kind : new String[] {"constant", "linear", "polynomial", "cosine"}) {
      double rate = schedule("floor = 0.1, peak = 1, kind = " + kind, warmUp).rate(update);
      assertThat(rate).as(kind).isGreaterThan(0).isLessThanOrEqualTo(1);
    }
  }

  @Test
  void defaultsAreAValidSchedule() {
    assertThat(schedule(""))
        .isEqualTo(new LearningRateSchedule.Cosine(1e-3, 100, 110, 0))
        .extracting(s -> s.rate(110))
        .isEqualTo(0.0);
  }

  @Test
  void totalStepsOverrideTheLengthOfTheRun() {
    assertThat(schedule("total-steps = 1000"))
        .isEqualTo(new LearningRateSchedule.Cosine(1e-3, 100, 1000, 0));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "kind = cosin | schedule.kind 'cosin' is unknown: use one of constant, linear, polynomial,"
            + " cosine, inverse-sqrt, t5-inverse-sqrt, warm-up-stable-decay.",
        "peak = -1 | schedule.peak is -1, but must be a number above 0.",
        "peak = fast | schedule.peak is fast, but must be a number above 0.",
        "warm-up-steps = 2.5 | schedule.warm-up-steps is 2.5, but must be a whole number of at"
            + " least 0.",
        "warm-up-steps = 111 | schedule.warm-up-steps 111 is more than the 110 steps of the"
            + " schedule: lower it.",
        "floor = 0.5 | schedule.floor 0.5 is above schedule.peak 0.001: lower it.",
        "kind = inverse-sqrt, warm-up-steps = 0 | schedule.kind inverse-sqrt needs"
            + " schedule.warm-up-steps of at least 1: its rate depends on them.",
        "kind = warm-up-stable-decay, decay-steps = 20 | schedule.decay-steps 20 is more than the"
            + " 10 steps after the warm-up: lower it.",
        "final-ramp-steps = 111 | schedule.final-ramp-steps 111 is more than the 110 steps of the"
            + " schedule: lower it."
      })
  void refusesInvalidSchedules(String settings, String sentence) {
    assertThatThrownBy(() -> schedule(settings))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(sentence);
  }

  private static LearningRateSchedule schedule(String settings, long warmUp) {
    return schedule(settings + ", warm-up-steps = " + warmUp);
  }

  private static LearningRateSchedule schedule(String settings) {
    Config config =
        ConfigFactory.parseString("schedule { " + settings + " }")
            .withFallback(ConfigFactory.parseResources("reference.conf"));
    return ScheduleSettings.from(config.getConfig("schedule"), 110);
  }
}
