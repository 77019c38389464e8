package org.palimpsest.objective.noise;

import java.io.Serializable;
import java.util.Map;
import org.palimpsest.objective.corruption.NoiseRandom;
import org.palimpsest.objective.corruption.Spans;

/**
 * The first axis: which tokens are damaged. A mask works on words 0, 1, …; with {@link
 * NoiseUnit#TOKEN} every token is a word. Special tokens are no words: they are never damaged.
 */
public interface NoiseMask extends Serializable {

  /** What does the marking; made once, used for many texts. */
  Marker marker();

  /** What a {@link #marker} is going to do to a text of so many words. */
  NoiseForecast forecast(int words);

  /** What counts as one word. */
  NoiseUnit unit();

  /** The form in which a configuration gives it. */
  Map<String, Object> describe();

  /** Marks spans. */
  @FunctionalInterface
  interface Marker {
    /** Marks spans among {@code words} words; {@code into} is empty. */
    void mark(int words, NoiseRandom random, Spans into);
  }
}
