package org.palimpsest.objective.noise;

import java.util.Map;
import org.palimpsest.base.Section;
import org.palimpsest.objective.corruption.NoiseRandom;
import org.palimpsest.objective.corruption.Spans;
import org.palimpsest.objective.text.Description;
import org.palimpsest.objective.text.Limits;
import org.palimpsest.objective.text.Rounding;

/**
 * Every word is corrupted independently of the others (T5's {@code iid_noise_mask}), or a fixed
 * number of words is (fairseq's token masking). Damaged words that stand side by side are one span.
 *
 * <p>Example, density 0.3, with {@code mask-token} as source: {@code The old miller likes his horse
 * . It runs .} → {@code The <mask> <mask> likes his horse <mask> <mask> runs .}.
 *
 * @param density probability of noise, or share of corrupted words, in [0, 1]
 * @param count whether the number of corrupted words is random
 * @param unit what counts as a word
 */
public record IidNoise(double density, Count count, NoiseUnit unit) implements NoiseMask {
  /** How many words are corrupted. */
  public enum Count {
    /** A coin is thrown for every word. */
    RANDOM,
    /** ⌈density · words⌉, drawn without replacement. */
    EXACT
  }

  public IidNoise {
    Limits.share("noise.density", density);
  }

  @Override
  public Marker marker() {
    return count == Count.EXACT ? this::markExactly : this::markIndependently;
  }

  private void markExactly(int words, NoiseRandom random, Spans into) {
    int damaged = Rounding.up(density * words);
    into.first.choose(damaged, words, random);
    int at = -1;
    for (int k = 0; k < damaged; k++) {
      at = into.first.next(at + 1);
      into.addJoining(at, at + 1);
    }
  }

  private void markIndependently(int words, NoiseRandom random, Spans into) {
    long threshold = NoiseRandom.threshold(density);
    for (int at = 0; at < words; at++) {
      if (random.chance(threshold)) {
        into.addJoining(at, at + 1);
      }
    }
  }

  /**
   * A run begins where a corrupted word follows an uncorrupted one; such places exclude neighbors.
   */
  @Override
  public NoiseForecast forecast(int words) {
    if (words == 0) {
      return NoiseForecast.NOTHING;
    }
    double share = count == Count.EXACT ? (double) Rounding.up(density * words) / words : density;
    double change = share * (1 - share);
    double runs = share + (words - 1) * change;
    double deviation = StrictMath.sqrt(Math.max(0, words * change * (1 - 3 * change)));
    int most = mostRuns(words, share);
    boolean exact = change == 0;
    boolean fixed = exact || count == Count.EXACT;
    return new NoiseForecast(words * share, runs, deviation, most, 0, share, fixed, exact);
  }

  private int mostRuns(int words, double share) {
    if (count == Count.RANDOM && share > 0 && share < 1) {
      return (words + 1) / 2;
    }
    int damaged = Rounding.even(words * share);
    return Math.min(damaged, words - damaged + 1);
  }

  @Override
  public Map<String, Object> describe() {
    return Description.of(
        "kind",
        "iid",
        "density",
        density,
        "count",
        Section.kebab(count),
        "whole-words",
        unit == NoiseUnit.WORD);
  }
}
