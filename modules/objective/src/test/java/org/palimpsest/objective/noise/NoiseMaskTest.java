package org.palimpsest.objective.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.palimpsest.objective.noise.NoiseUnit.TOKEN;

import java.util.BitSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.palimpsest.objective.Corruptor;
import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.objective.Texts;
import org.palimpsest.objective.corruption.NoiseRandom;
import org.palimpsest.objective.corruption.Spans;
import org.palimpsest.objective.preset.Objectives;
import org.palimpsest.objective.text.Description;
import org.palimpsest.objective.text.Rounding;

class NoiseMaskTest {
  private static final RandomSpans T5 = new RandomSpans(0.15, 3, RandomSpans.Roll.OFF, TOKEN);

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1",
    "2, 1, 1",
    "3, 1, 1",
    "5, 1, 1",
    "20, 3, 1",
    "30, 4, 1",
    "64, 10, 3",
    "70, 10, 3",
    "100, 15, 5",
    "512, 77, 26",
    "568, 85, 28"
  })
  void t5CountsRoundHalfToEven(int words, int damaged, int spans) {
    assertThat(T5.damaged(words)).isEqualTo(damaged);
    assertThat(T5.spans(words)).isEqualTo(spans);
  }

  @Test
  void t5MaskOfTwentyIsAlwaysTheLastThree() {
    for (int example = 0; example < 50; example++) {
      Spans spans = Texts.mark(T5, 20, example);
      assertThat(spans.count).isEqualTo(1);
      assertThat(spans.start[0]).isEqualTo(17);
      assertThat(spans.end[0]).isEqualTo(20);
    }
  }

  @Test
  void eightOfThirtyTwoInFourSpans() {
    RandomSpans noise = new RandomSpans(0.25, 2, RandomSpans.Roll.OFF, TOKEN);
    for (int example = 0; example < 50; example++) {
      Spans spans = Texts.mark(noise, 32, example);
      assertThat(spans.count).isEqualTo(4);
      assertThat(spans.covered()).isEqualTo(8);
    }
  }

  /** T5's own test of random_roll. */
  @Test
  void rolledMasksKeepTheDensity() {
    RandomSpans noise = new RandomSpans(0.15, 3, RandomSpans.Roll.RANDOM, TOKEN);
    double damaged = 0;
    double words = 0;
    boolean first = false;
    for (int example = 0; example < 3000; example++) {
      int length = 16 + example % 3;
      Spans spans = Texts.mark(noise, length, example);
      damaged += spans.covered();
      words += length;
      first |= spans.start[0] == 0;
    }
    assertThat(damaged / words).isCloseTo(0.15, within(0.01));
    assertThat(first).isTrue();
  }

  @Test
  void regularMaskHasTheSameCountForAnyOffset() {
    RegularSpans noise = new RegularSpans(0.25, 2, 2, TOKEN);
    for (int example = 0; example < 50; example++) {
      assertThat(Texts.mark(noise, 800, example).covered()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "4, 2", "5, 2", "6, 3", "9, 4"})
  void massSpanRoundsHalfToEven(int words, int length) {
    SingleSpan noise = new SingleSpan(0.5, 0.2, 0.2, TOKEN);
    assertThat(Texts.mark(noise, words, 1).covered()).isEqualTo(length);
  }

  /** 20,000 draws: four standard deviations are 0.012. */
  @Test
  void massSpanStartsAtTheEndsWithTheirShares() {
    SingleSpan noise = new SingleSpan(0.5, 0.2, 0.2, TOKEN);
    double starts = 0;
    double ends = 0;
    int examples = 20_000;
    for (int example = 0; example < examples; example++) {
      Spans spans = Texts.mark(noise, 100, example);
      starts += spans.start[0] == 0 ? 1 : 0;
      ends += spans.end[0] == 100 ? 1 : 0;
    }
    assertThat(starts / examples).isCloseTo(0.2 + 0.6 / 51, within(0.012));
    assertThat(ends / examples).isCloseTo(0.2 + 0.6 / 51, within(0.012));
  }

  @Test
  void prefixIsUniformFromOneToAllButOne() {
    TailNoise noise = new TailNoise(0.5, TailNoise.Cut.RANDOM);
    int[] seen = new int[11];
    for (int example = 0; example < 9000; example++) {
      seen[Texts.mark(noise, 10, example).start[0]]++;
    }
    assertThat(seen[0]).isZero();
    assertThat(seen[10]).isZero();
    for (int prefix = 1; prefix < 10; prefix++) {
      assertThat(seen[prefix]).isBetween(1000 - 125, 1000 + 125);
    }
  }

  @ParameterizedTest
  @CsvSource({"0.25", "0.5", "0.7"})
  void prefixLengthsHaveTheirMean(double density) {
    TailNoise noise = new TailNoise(density, TailNoise.Cut.RANDOM);
    double damaged = 0;
    for (int example = 0; example < 5000; example++) {
      damaged += Texts.mark(noise, 200, example).covered();
    }
    // The deviation of one is at most 58, of the mean 0.82.
    assertThat(damaged / 5000).isCloseTo(200 * density, within(4.0));
    assertThat(noise.forecast(200).tokens()).isCloseTo(200 * density, within(0.5));
  }

  /** L = 512, d = 0.15: noise 76.8, spans 65.3; 3,000 examples, four standard errors. */
  @Test
  void iidMaskHasItsExpectations() {
    IidNoise noise = new IidNoise(0.15, IidNoise.Count.RANDOM, TOKEN);
    double tokens = 0;
    double runs = 0;
    for (int example = 0; example < 3000; example++) {
      Spans spans = Texts.mark(noise, 512, example);
      tokens += spans.covered();
      runs += spans.count;
    }
    assertThat(tokens / 3000).isCloseTo(76.8, within(0.6));
    assertThat(runs / 3000).isCloseTo(65.3, within(0.5));
    assertThat(noise.forecast(512).spans()).isCloseTo(65.3, within(0.05));
  }

  @Test
  void ngramsNeverExceedTheirBudgetAndHaveSpanBertsMean() {
    NgramSpans noise = new NgramSpans(0.15, NgramSpans.Law.GEOMETRIC, 0.2, 10, TOKEN);
    double spans = 0;
    for (int example = 0; example < 2000; example++) {
      Spans marked = Texts.mark(noise, 1000, example);
      assertThat(marked.covered()).isEqualTo(150);
      spans += marked.count;
    }
    assertThat(spans / 2000).isCloseTo(noise.forecast(1000).spans(), within(0.4));
    assertThat(150 / (spans / 2000)).isCloseTo(3.8, within(0.1));
  }

  @Provide
  Arbitrary<NoiseMask> masks() {
    return Arbitraries.of(
        new IidNoise(0.3, IidNoise.Count.RANDOM, TOKEN),
        new IidNoise(0.3, IidNoise.Count.EXACT, TOKEN),
        new IidNoise(1, IidNoise.Count.RANDOM, TOKEN),
        T5,
        new RandomSpans(0.9, 1, RandomSpans.Roll.RANDOM, TOKEN),
        new RandomSpans(1, 3, RandomSpans.Roll.OFF, TOKEN),
        new PoissonSpans(0.3, 3.5, PoissonSpans.Sampler.OVERLAPPING, TOKEN),
        new PoissonSpans(0.3, 3.5, PoissonSpans.Sampler.EXACT, TOKEN),
        new PoissonSpans(1, 3, PoissonSpans.Sampler.EXACT, TOKEN),
        new PoissonSpans(0.95, 1, PoissonSpans.Sampler.OVERLAPPING, TOKEN),
        new PoissonSpans(0.4, 64, PoissonSpans.Sampler.EXACT, TOKEN),
        new NgramSpans(0.5, NgramSpans.Law.HARMONIC, 0.2, 3, TOKEN),
        new RegularSpans(0.4, 2, 5, TOKEN),
        new RegularSpans(1, 3, 3, TOKEN),
        new TailNoise(0.3, TailNoise.Cut.RANDOM),
        new TailNoise(1, TailNoise.Cut.FIXED),
        new SingleSpan(0.5, 0.2, 0.2, TOKEN),
        new SingleSpan(1, 0, 0, TOKEN));
  }

  @Property(tries = 3000)
  void spansAreOrderedAndWithinTheTextAndAsForecast(
      @ForAll("masks") NoiseMask noise,
      @ForAll @IntRange(max = 700) int words,
      @ForAll long example) {
    Spans spans = Texts.mark(noise, words, example);
    int end = 0;
    for (int k = 0; k < spans.count; k++) {
      assertThat(spans.start[k]).isGreaterThanOrEqualTo(end).isLessThan(spans.end[k]);
      end = spans.end[k];
    }
    assertThat(end).isLessThanOrEqualTo(words);
    NoiseForecast forecast = noise.forecast(words);
    assertThat(spans.count).isLessThanOrEqualTo(forecast.mostSpans());
    if (forecast.fixedTokens()) {
      assertThat(spans.covered()).isEqualTo(Rounding.even(forecast.tokens()));
    }
    if (forecast.exact()) {
      assertThat(spans.count).isEqualTo(Rounding.even(forecast.spans()));
    }
  }

  @Property
  void poissonBudgetsAreSpentExactly(
      @ForAll @IntRange(max = 700) int words,
      @ForAll @DoubleRange(min = 0, max = 1) double density,
      @ForAll @DoubleRange(min = 0.5, max = 40) double mean,
      @ForAll long example) {
    SpanLengths lengths = SpanLengths.poisson(mean);
    Spans spans = new Spans();
    int budget = Rounding.up(density * words);
    NoiseRandom random = new NoiseRandom().example(1, 0, example).stage(NoiseRandom.NOISE);
    int count = lengths.fill(budget, random, spans);
    int sum = 0;
    for (int k = 0; k < count; k++) {
      assertThat(spans.lengths[k]).isPositive();
      sum += spans.lengths[k];
    }
    assertThat(sum).isEqualTo(budget);
  }

  @Test
  void poissonTablesEndWhereFairseqsEnd() {
    assertThat(SpanLengths.poisson(3).longest()).isEqualTo(17);
    assertThat(SpanLengths.poisson(3.5).longest()).isEqualTo(18);
    assertThat(SpanLengths.poisson(3).share(0)).isCloseTo(0.0498, within(0.0001));
    assertThat(SpanLengths.poisson(3.5).share(0)).isCloseTo(0.0302, within(0.0001));
  }

  @Test
  void sharesThatAreIntegersInDecimalAreNotRoundedUp() {
    for (int words = 1; words <= 1000; words++) {
      for (int tenths = 0; tenths <= 10; tenths++) {
        assertThat(Rounding.up(tenths / 10.0 * words)).isEqualTo((tenths * words + 9) / 10);
      }
    }
  }

  @Test
  void wholeWordsAreDamagedAsAWhole() {
    BitSet starts = new BitSet();
    for (int token = Texts.FIRST; token < Texts.FIRST + 600; token += 3) {
      starts.set(token);
    }
    for (String kind : new String[] {"poisson-spans", "iid", "random-spans", "single-span"}) {
      Corruptor corruptor =
          Objectives.parse(
                  Description.of(
                      "noise", Description.of("kind", kind, "whole-words", true),
                      "source", Description.of("kind", "drop"),
                      "target", Description.of("kind", "full-text")))
              .corruptor(Texts.BART.withWordStarts(starts), 510);
      byte[] roles = Texts.roles(corruptor.corrupt(Texts.plain(3, 510), 1, 0));
      for (int word = 1; word < 511; word += 3) {
        assertThat(roles[word]).isEqualTo(roles[word + 1]).isEqualTo(roles[word + 2]);
      }
      assertThat(roles).contains(DenoisingExample.CORRUPTED, DenoisingExample.KEPT);
    }
  }
}
