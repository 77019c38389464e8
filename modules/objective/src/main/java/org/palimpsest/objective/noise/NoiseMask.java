package org.palimpsest.objective.noise;

import java.io.Serializable;
import java.util.Map;
import org.palimpsest.objective.corruption.NoiseRandom;
import org.palimpsest.objective.corruption.Spans;

/**
 * The first axis: which tokens are noise. A mask marks words 0, 1, …; with {@link NoiseUnit#TOKEN}
 * every token is a word. Special tokens are not words: noise never covers them.
 */
public interface NoiseMask extends Serializable {

  /** The function that marks spans; made once per corruptor and reused for all texts. */
  Marker marker();

  /** What {@link #marker} does to a text of {@code words} words. */
  NoiseForecast forecast(int words);

  /** What counts as a word. */
  NoiseUnit unit();

  /** The configuration from which an equal mask is read. */
  Map<String, Object> describe();

  /** Marks spans. */
  @FunctionalInterface
  interface Marker {
    /** Marks spans among {@code words} words; {@code into} is empty. */
    void mark(int words, NoiseRandom random, Spans into);
  }
}
