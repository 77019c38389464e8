package org.palimpsest.objective.noise;

import java.util.Arrays;
import org.palimpsest.objective.corruption.NoiseRandom;
import org.palimpsest.objective.corruption.Spans;

/**
 * A distribution of span lengths, as a table of cumulative thresholds. Computed with {@link
 * StrictMath}, so that every machine has the same table.
 */
final class SpanLengths {
  private static final double NEGLIGIBLE = 1e-7;

  private final long[] thresholds;
  private final double[] shares;

  private SpanLengths(double[] weights) {
    double sum = Arrays.stream(weights).sum();
    shares = new double[weights.length];
    thresholds = new long[weights.length];
    double cumulative = 0;
    for (int length = 0; length < weights.length; length++) {
      shares[length] = weights[length] / sum;
      cumulative += shares[length];
      thresholds[length] = NoiseRandom.threshold(cumulative);
    }
    thresholds[weights.length - 1] = Long.MAX_VALUE;
  }

  /**
   * Poisson, cut behind the first length whose probability is under 1e-7 (fairseq's cut; its test
   * begins at length 0, ours at the mode, which differs only for means over 16).
   */
  static SpanLengths poisson(double mean) {
    double[] weights = new double[(int) (mean + 12 * StrictMath.sqrt(mean) + 24)];
    double logarithm = -mean;
    int length = 0;
    while (length < weights.length) {
      double share = StrictMath.exp(logarithm);
      weights[length++] = share;
      if (share < NEGLIGIBLE && length > mean) {
        break;
      }
      logarithm += StrictMath.log(mean / length);
    }
    return new SpanLengths(Arrays.copyOf(weights, length));
  }

  /** Geometric on 1 … longest with the given chance to end, renormalized (SpanBERT: 0.2, 10). */
  static SpanLengths geometric(double ending, int longest) {
    double[] weights = new double[longest + 1];
    double share = 1;
    for (int length = 1; length <= longest; length++) {
      weights[length] = share;
      share *= 1 - ending;
    }
    return new SpanLengths(weights);
  }

  /** Probability of n proportional to 1/n on 1 … longest (Megatron-LM). */
  static SpanLengths harmonic(int longest) {
    double[] weights = new double[longest + 1];
    for (int length = 1; length <= longest; length++) {
      weights[length] = 1.0 / length;
    }
    return new SpanLengths(weights);
  }

  int draw(NoiseRandom random) {
    long draw = random.next() >>> 11;
    int length = 0;
    while (draw >= thresholds[length]) {
      length++;
    }
    return length;
  }

  int longest() {
    return thresholds.length - 1;
  }

  /** Probability of this length. */
  double share(int length) {
    return shares[length];
  }

  /**
   * Draws lengths until they add up to {@code budget}; the last is shortened so that they do so
   * exactly. Lengths 0 are counted as insertions.
   *
   * <p>The shortened one changes places with a random one: given the stopping rule, the others are
   * exchangeable, so lengths may then be given to places in ascending order.
   *
   * @return the number of spans; {@code into.lengths} holds their lengths
   */
  int fill(int budget, NoiseRandom random, Spans into) {
    int spans = 0;
    int sum = 0;
    while (sum < budget) {
      int length = draw(random);
      if (length == 0) {
        into.insertions++;
        continue;
      }
      sum += length;
      into.length(spans++, length - Math.max(0, sum - budget));
    }
    if (spans > 1) {
      int other = random.below(spans);
      int shortened = into.lengths[spans - 1];
      into.lengths[spans - 1] = into.lengths[other];
      into.lengths[other] = shortened;
    }
    return spans;
  }

  /**
   * Expected number of spans with a length that fill a budget. A renewal process that stops when it
   * reaches the budget overshoots it by E[X²]/2E[X] − 1/2.
   */
  double spans(int budget) {
    double overshoot = square() / (2 * positiveMean()) - 0.5;
    return Math.max(1, Math.min(budget, (budget + overshoot) / positiveMean()));
  }

  /** Standard deviation of the number of spans that fill a budget. */
  double spansDeviation(int budget) {
    double mean = positiveMean();
    return StrictMath.sqrt(budget * (square() - mean * mean) / (mean * mean * mean));
  }

  /** Expected number of zero lengths among the draws that fill a budget. */
  double insertions(int budget) {
    return spans(budget) * shares[0] / (1 - shares[0]);
  }

  /** Probability that a span with a length is longer than this. */
  double longerThan(int length) {
    double sum = 0;
    for (int longer = length + 1; longer < shares.length; longer++) {
      sum += shares[longer];
    }
    return sum / (1 - shares[0]);
  }

  /** What {@link #fill} and {@link #scatter} do to a text of so many words. */
  NoiseForecast scattered(int budget, int words) {
    if (budget == 0) {
      return NoiseForecast.NOTHING;
    }
    return new NoiseForecast(
        budget,
        spans(budget),
        spansDeviation(budget),
        budget,
        insertions(budget),
        (double) budget / words,
        true,
        false);
  }

  /** Mean of the lengths that are not 0. */
  double positiveMean() {
    double mean = 0;
    for (int length = 1; length < shares.length; length++) {
      mean += length * shares[length];
    }
    return mean / (1 - shares[0]);
  }

  private double square() {
    double squares = 0;
    for (int length = 1; length < shares.length; length++) {
      squares += (double) length * length * shares[length];
    }
    return squares / (1 - shares[0]);
  }

  /**
   * Scatters the lengths over the text so that they neither overlap nor, if there is room, touch.
   */
  static void scatter(int spans, int budget, int words, NoiseRandom random, Spans into) {
    int kept = words - budget;
    boolean apart = spans <= kept + 1;
    // A span's place is the number of kept words before it; equal places need stars and bars.
    into.first.choose(spans, apart ? kept + 1 : kept + spans, random);
    int covered = 0;
    int slot = -1;
    for (int k = 0; k < spans; k++) {
      slot = into.first.next(slot + 1);
      int from = (apart ? slot : slot - k) + covered;
      into.add(from, from + into.lengths[k]);
      covered += into.lengths[k];
    }
  }
}
