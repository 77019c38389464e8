package org.palimpsest.objective.noise;

import org.palimpsest.objective.Vocabulary;

/** What a noise mask counts and corrupts as a whole. */
public enum NoiseUnit {
  /** Every token by itself. */
  TOKEN,
  /**
   * A word: a token that {@link Vocabulary#wordStarts()} names and those after it that it does not.
   * What stands first in a block or behind a special token begins a word, too.
   */
  WORD
}
