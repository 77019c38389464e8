package org.palimpsest.objective.corruption;

import org.palimpsest.objective.Vocabulary;

/** The special tokens around the text. A vocabulary without {@code <s>} omits it. */
public enum Frame {
  /** {@code <s> … </s>}, as BART. */
  SENTENCE,
  /** {@code … </s>}, as T5. */
  END,
  /** Nothing. */
  NONE;

  public boolean hasBegin(Vocabulary vocabulary) {
    return this == SENTENCE && vocabulary.hasBos();
  }

  boolean hasEnd() {
    return this != NONE;
  }

  /** Number of tokens it puts around a text. */
  public int tokens(Vocabulary vocabulary) {
    return (hasBegin(vocabulary) ? 1 : 0) + (hasEnd() ? 1 : 0);
  }
}
