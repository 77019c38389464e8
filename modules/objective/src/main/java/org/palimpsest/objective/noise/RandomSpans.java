package org.palimpsest.objective.noise;

import java.util.Map;
import org.palimpsest.objective.corruption.NoiseRandom;
import org.palimpsest.objective.corruption.Spans;
import org.palimpsest.objective.text.Description;
import org.palimpsest.objective.text.Limits;
import org.palimpsest.objective.text.Rounding;

/**
 * T5's {@code random_spans_noise_mask}: a fixed number of corrupted words in a fixed number of
 * spans. Both the corrupted and the uncorrupted words are cut into that many parts by a uniformly
 * random composition, and the parts alternate, an uncorrupted one first: the first word is never
 * corrupted and the last one always is.
 *
 * <p>Counts round half to even. As in Hugging Face's port the number of spans is capped by the
 * number of uncorrupted words, without which densities over 0.5 fail. At density 1 everything is
 * one span, where T5 would spare the first word.
 *
 * <p>Example, density 0.3, mean span length 3, with {@code mask-token} as source: {@code The old
 * miller likes his horse . It runs .} → {@code The old miller likes his horse . <mask> <mask>
 * <mask>}.
 *
 * @param density share of corrupted words, in [0, 1]
 * @param meanSpanLength mean length of a span, at least 1
 * @param roll whether the mask is rotated by a random offset
 * @param unit what counts as a word
 */
public record RandomSpans(double density, double meanSpanLength, Roll roll, NoiseUnit unit)
    implements NoiseMask {

  /** T5's option {@code random_roll}. */
  public enum Roll {
    OFF,
    /** Any word may be the first of the mask; then the first word may be corrupted. */
    RANDOM
  }

  public RandomSpans {
    Limits.share("noise.density", density);
    Limits.between("noise.mean-span-length", meanSpanLength, 1, 1_000_000);
  }

  /** Number of corrupted words in a text of so many words, before it is cut to that length. */
  public int damaged(int words) {
    int length = Math.max(2, words);
    return Math.max(1, Math.min(length - 1, Rounding.even(length * density)));
  }

  /** Number of spans in a text of so many words. */
  public int spans(int words) {
    int damaged = damaged(words);
    int spans = Math.max(1, Rounding.even(damaged / meanSpanLength));
    return Math.min(spans, Math.max(2, words) - damaged);
  }

  @Override
  public Marker marker() {
    return this::mark;
  }

  private void mark(int words, NoiseRandom random, Spans into) {
    if (density == 1 && words > 0) {
      into.add(0, words);
    } else if (density > 0 && words > 1) {
      int shift = roll == Roll.RANDOM ? random.below(words) : 0;
      markAlternating(words, random, into);
      if (shift > 0) {
        roll(words, shift, into);
      }
    }
  }

  private void markAlternating(int words, NoiseRandom random, Spans into) {
    int damaged = damaged(words);
    int spans = spans(words);
    int kept = words - damaged;
    into.first.choose(spans - 1, damaged - 1, random);
    into.second.choose(spans - 1, kept - 1, random);
    int damagedSoFar = 0;
    int keptSoFar = 0;
    for (int k = 1; k < spans; k++) {
      keptSoFar = into.second.next(keptSoFar) + 1;
      int from = keptSoFar + damagedSoFar;
      damagedSoFar = into.first.next(damagedSoFar) + 1;
      into.add(from, keptSoFar + damagedSoFar);
    }
    into.add(kept + damagedSoFar, words);
  }

  /**
   * Moves every span {@code shift} words to the right; what leaves at the end comes in in front.
   */
  private static void roll(int words, int shift, Spans into) {
    int spans = into.count;
    int[] rolled = into.lengths.length < 2 * spans ? new int[4 * spans] : into.lengths;
    into.lengths = rolled;
    for (int k = 0; k < spans; k++) {
      rolled[2 * k] = into.start[k] + shift;
      rolled[2 * k + 1] = into.end[k] + shift;
    }
    into.count = 0;
    for (int k = 0; k < spans; k++) {
      if (rolled[2 * k + 1] > words) {
        into.addJoining(Math.max(0, rolled[2 * k] - words), rolled[2 * k + 1] - words);
      }
    }
    for (int k = 0; k < spans && rolled[2 * k] < words; k++) {
      into.addJoining(rolled[2 * k], Math.min(words, rolled[2 * k + 1]));
    }
  }

  @Override
  public NoiseForecast forecast(int words) {
    if (density == 0 || words == 0 || (words == 1 && density < 1)) {
      return NoiseForecast.NOTHING;
    }
    if (density == 1) {
      return NoiseForecast.exact(words, 1, 1);
    }
    NoiseForecast fixed = NoiseForecast.exact(damaged(words), spans(words), 1);
    return roll == Roll.OFF ? fixed : rolled(fixed, words);
  }

  /** The mask begins uncorrupted and ends corrupted; a roll may cut one span in two. */
  private static NoiseForecast rolled(NoiseForecast fixed, int words) {
    double share = fixed.tokens() / words;
    double cut = (fixed.tokens() - fixed.spans()) / words;
    return new NoiseForecast(
        fixed.tokens(), fixed.spans() + cut, 1, (int) fixed.spans() + 1, 0, share, true, false);
  }

  @Override
  public Map<String, Object> describe() {
    return Description.of(
        "kind",
        "random-spans",
        "density",
        density,
        "mean-span-length",
        meanSpanLength,
        "random-roll",
        roll == Roll.RANDOM,
        "whole-words",
        unit == NoiseUnit.WORD);
  }
}
