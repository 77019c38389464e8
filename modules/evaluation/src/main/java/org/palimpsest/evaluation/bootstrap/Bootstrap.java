package org.palimpsest.evaluation.bootstrap;

import java.util.Arrays;
import java.util.Optional;
import org.palimpsest.base.SplitMix;

/**
 * Bootstrap over documents (Efron: "Bootstrap methods: another look at the jackknife", 1979). A
 * score is a ratio of sums over documents, such as nats per byte; documents are drawn as often as
 * there are, with replacement, and the ratio is computed again, {@link #SAMPLES} times. Tokens of a
 * document are alike, so drawing them one by one would promise too much.
 *
 * <p>The interval is the expanded percentile interval (Hesterberg: "What teachers should know about
 * the bootstrap", 2015, section 3.4): its percentiles are moved outward as far as Student's t
 * exceeds the normal distribution for that number of documents, because percentiles alone are too
 * narrow for few. Draws are a function of the seed alone.
 */
public final class Bootstrap {
  /** The probability with which an interval covers the value. */
  public static final double LEVEL = 0.95;

  /** The number of samples. */
  public static final int SAMPLES = 2000;

  private final long seed;

  /** Creates a bootstrap; equal seeds draw the same documents. */
  public Bootstrap(long seed) {
    this.seed = seed;
  }

  /**
   * A ratio of two sums over documents.
   *
   * @param numerators one for each document
   * @param denominators one for each document; their sum is not 0
   */
  public Estimate ratio(double[] numerators, double[] denominators) {
    int documents = numerators.length;
    double value = Arrays.stream(numerators).sum() / Arrays.stream(denominators).sum();
    if (documents < 2) {
      return new Estimate(value, Optional.empty(), 1);
    }
    double[] ratios = sampled(numerators, denominators);
    Arrays.sort(ratios);
    double tail = Student.tail((1 - LEVEL) / 2, documents);
    Interval interval = new Interval(percentile(ratios, tail), percentile(ratios, 1 - tail));
    return new Estimate(value, Optional.of(interval), signProbability(ratios));
  }

  private double[] sampled(double[] numerators, double[] denominators) {
    double[] ratios = new double[SAMPLES];
    long counter = SplitMix.mix(seed + SplitMix.GOLDEN);
    for (int sample = 0; sample < SAMPLES; sample++) {
      double above = 0;
      double below = 0;
      for (int draw = 0; draw < numerators.length; draw++) {
        counter += SplitMix.GOLDEN;
        int document = below(SplitMix.mix(counter), numerators.length);
        above += numerators[document];
        below += denominators[document];
      }
      // A sample without a single position says nothing, and cannot be drawn if all have some.
      ratios[sample] = below == 0 ? 0 : above / below;
    }
    return ratios;
  }

  /** The bias of this reduction is below one in a million for a thousand documents. */
  private static int below(long bits, int bound) {
    return (int) (((bits >>> 32) * bound) >>> 32);
  }

  /** The percentile of sorted values, between two of them in proportion. */
  private static double percentile(double[] sorted, double share) {
    double place = share * (sorted.length + 1) - 1;
    int before = (int) Math.floor(Math.max(0, Math.min(place, sorted.length - 1.0)));
    int behind = Math.min(before + 1, sorted.length - 1);
    double rest = Math.max(0, Math.min(place - before, 1));
    return sorted[before] + rest * (sorted[behind] - sorted[before]);
  }

  private static double signProbability(double[] sorted) {
    long positive = Arrays.stream(sorted).filter(value -> value > 0).count();
    long negative = Arrays.stream(sorted).filter(value -> value < 0).count();
    long zero = sorted.length - positive - negative;
    // One sample more than there are: no finite number of samples makes an event impossible.
    double other = Math.min(positive, negative) + zero + 1.0;
    return Math.min(1, 2 * other / (sorted.length + 1));
  }
}
