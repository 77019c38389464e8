package org.palimpsest.objective.noise;

import java.util.Map;
import org.palimpsest.objective.corruption.NoiseRandom;
import org.palimpsest.objective.corruption.Spans;
import org.palimpsest.objective.text.Description;
import org.palimpsest.objective.text.Limits;
import org.palimpsest.objective.text.Rounding;

/**
 * T5's {@code regular_noise_mask}: spans of one length at equal distances, from a random offset. If
 * {@code shortest} and {@code longest} differ, each text draws its length between them.
 *
 * <p>Example, density 0.3, spans of 3, with {@code mask-token} as source: {@code The old miller
 * likes his horse . It runs .} → {@code <mask> <mask> miller likes his horse . It runs <mask>}.
 *
 * @param density share of corrupted words, in [0, 1]
 * @param shortest smallest span length, at least 1
 * @param longest largest span length
 * @param unit what counts as a word
 */
public record RegularSpans(double density, int shortest, int longest, NoiseUnit unit)
    implements NoiseMask {

  public RegularSpans {
    Limits.share("noise.density", density);
    Limits.between("noise.shortest", shortest, 1, 1_000_000);
    Limits.between("noise.longest", longest, shortest, 1_000_000);
  }

  private int period(int span) {
    return Math.max(span, Rounding.even(Math.min(span / density, 1e9)));
  }

  @Override
  public Marker marker() {
    return density == 0 ? (words, random, into) -> {} : this::mark;
  }

  private void mark(int words, NoiseRandom random, Spans into) {
    int span = shortest + random.below(longest - shortest + 1);
    int period = period(span);
    int offset = random.below(period);
    // Position p is corrupted where (p + offset) mod period < span.
    for (long from = -offset; from < words; from += period) {
      int to = (int) Math.min(words, from + span);
      if (to > 0) {
        into.addJoining((int) Math.max(0, from), to);
      }
    }
  }

  @Override
  public NoiseForecast forecast(int words) {
    if (density == 0 || words == 0) {
      return NoiseForecast.NOTHING;
    }
    double tokens = 0;
    double spans = 0;
    int lengths = longest - shortest + 1;
    for (int span = shortest; span <= longest; span++) {
      double share = Math.min(1, (double) span / period(span));
      tokens += words * share / lengths;
      spans += (share == 1 ? 1 : (words + span - 1.0) / period(span)) / lengths;
    }
    int most = words / period(shortest) + 2;
    boolean exact = lengths == 1 && words % period(shortest) == 0 && shortest == 1;
    double deviation = lengths == 1 ? 0.5 : most;
    return new NoiseForecast(tokens, spans, deviation, most, 0, tokens / words, exact, exact);
  }

  @Override
  public Map<String, Object> describe() {
    return Description.of(
        "kind", "regular-spans",
        "density", density,
        "shortest", shortest,
        "longest", longest,
        "whole-words", unit == NoiseUnit.WORD);
  }
}
