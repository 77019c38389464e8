package org.palimpsest.objective.noise;

import java.util.Map;
import org.palimpsest.objective.corruption.NoiseRandom;
import org.palimpsest.objective.corruption.Spans;
import org.palimpsest.objective.text.Description;
import org.palimpsest.objective.text.Limits;
import org.palimpsest.objective.text.Rounding;

/**
 * One consecutive span of round(density · words) words, half to even, at least one: MASS (Song et
 * al., 2019). Its start is the first word with probability {@code atStart}, such that it ends with
 * the text with probability {@code atEnd}, and otherwise uniform: 0.2 and 0.2 in the authors'
 * MASS-unsupNMT, which this follows; MASS-summarization draws uniformly, and MASS-supNMT is off by
 * one between source and target.
 *
 * <p>Example, density 0.3, with {@code mask-token} as source: {@code The old miller likes his horse
 * . It runs .} → {@code The <mask> <mask> <mask> his horse . It runs .}.
 *
 * @param density length of the span as a share of the words, in [0, 1]
 * @param atStart probability of a span at the very start
 * @param atEnd probability of a span at the very end
 * @param unit what counts as a word
 */
public record SingleSpan(double density, double atStart, double atEnd, NoiseUnit unit)
    implements NoiseMask {

  public SingleSpan {
    Limits.share("noise.density", density);
    Limits.share("noise.at-start", atStart);
    Limits.share("noise.at-end", atEnd);
    Limits.share("noise.at-start and noise.at-end together", atStart + atEnd);
  }

  private int length(int words) {
    return density == 0 || words == 0 ? 0 : Math.max(1, Rounding.even(density * words));
  }

  @Override
  public Marker marker() {
    return this::mark;
  }

  private void mark(int words, NoiseRandom random, Spans into) {
    int length = length(words);
    if (length > 0) {
      int from = from(words - length, random);
      into.add(from, from + length);
    }
  }

  private int from(int last, NoiseRandom random) {
    double place = random.unit();
    if (place < atStart) {
      return 0;
    }
    return place < atStart + atEnd ? last : random.below(last + 1);
  }

  @Override
  public NoiseForecast forecast(int words) {
    int length = length(words);
    if (length == 0) {
      return NoiseForecast.NOTHING;
    }
    double elsewhere = 1 - atStart - atEnd;
    double noisyEnd = length == words ? 1 : atEnd + elsewhere / (words - length + 1);
    return NoiseForecast.exact(length, 1, noisyEnd);
  }

  @Override
  public Map<String, Object> describe() {
    return Description.of(
        "kind", "single-span",
        "density", density,
        "at-start", atStart,
        "at-end", atEnd,
        "whole-words", unit == NoiseUnit.WORD);
  }
}
