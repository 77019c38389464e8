package org.palimpsest.objective.source;

import org.palimpsest.objective.Vocabulary;

/** The token that stands for what is missing. */
public enum Placeholder {
  /** The vocabulary's mask token. */
  MASK,
  /** Sentinel 0, for vocabularies without a mask token: T5's {@code noise_token_to_sentinel}. */
  SENTINEL;

  int id(Vocabulary vocabulary) {
    return this == MASK ? vocabulary.mask() : vocabulary.sentinel(0);
  }
}
