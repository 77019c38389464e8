package org.palimpsest.objective.noise;

import java.util.Map;
import org.palimpsest.objective.corruption.NoiseRandom;
import org.palimpsest.objective.corruption.Spans;
import org.palimpsest.objective.text.Description;
import org.palimpsest.objective.text.Limits;
import org.palimpsest.objective.text.Rounding;

/**
 * Corrupts the end of the text and keeps a prefix of random length: prefix language modeling. At
 * density 0.5 the prefix is uniform on 1 … n − 1, as in T5's {@code prefix_lm}. Below it the
 * corrupted length is uniform on 1 … 2·density·n − 1, above it the prefix is uniform on 1 … 2·(1 −
 * density)·n − 1, so that the mean noise is density · n. At density 1 nothing is kept: plain
 * generation.
 *
 * <p>Example, density 0.3, with {@code mask-token} as source: {@code The old miller likes his horse
 * . It runs .} → {@code The old miller likes his horse <mask> <mask> <mask> <mask>}.
 *
 * @param density mean share of corrupted words, in [0, 1]
 * @param cut whether the cut is random
 */
public record TailNoise(double density, Cut cut) implements NoiseMask {
  /** Where the text is cut. */
  public enum Cut {
    RANDOM,
    /** After round((1 − density) · words), half to even, but at least one word on each side. */
    FIXED
  }

  public TailNoise {
    Limits.share("noise.density", density);
  }

  @Override
  public Marker marker() {
    return this::mark;
  }

  private void mark(int words, NoiseRandom random, Spans into) {
    if (words == 0 || density == 0) {
      return;
    }
    if (density == 1) {
      into.add(0, words);
    } else if (words > 1) {
      into.add(words - (cut == Cut.FIXED ? fixed(words) : drawn(words, random)), words);
    }
  }

  private int fixed(int words) {
    return Math.max(1, Math.min(words - 1, words - Rounding.even((1 - density) * words)));
  }

  private int drawn(int words, NoiseRandom random) {
    int side = 1 + random.below(range(words));
    return density <= 0.5 ? side : words - side;
  }

  /** How many lengths the shorter side, in the mean, may have. */
  private int range(int words) {
    double mean = Math.min(density, 1 - density) * words;
    return Math.max(1, Math.min(words - 1, Rounding.even(2 * mean) - 1));
  }

  @Override
  public NoiseForecast forecast(int words) {
    if (words == 0 || density == 0 || (words == 1 && density < 1)) {
      return NoiseForecast.NOTHING;
    }
    if (density == 1) {
      return NoiseForecast.exact(words, 1, 1);
    }
    if (cut == Cut.FIXED) {
      return NoiseForecast.exact(fixed(words), 1, 1);
    }
    double side = (1 + range(words)) / 2.0;
    return new NoiseForecast(density <= 0.5 ? side : words - side, 1, 0, 1, 0, 1, false, false);
  }

  @Override
  public NoiseUnit unit() {
    return NoiseUnit.TOKEN;
  }

  @Override
  public Map<String, Object> describe() {
    return Description.of("kind", "tail", "density", density, "random-cut", cut == Cut.RANDOM);
  }
}
