package org.palimpsest.objective;

/** What stands around the text. A vocabulary without {@code <s>} gives none. */
public enum Frame {
  /** {@code <s> … </s>}, as BART. */
  SENTENCE,
  /** {@code … </s>}, as T5. */
  END,
  /** Nothing. */
  NONE;

  boolean hasBegin(Vocabulary vocabulary) {
    return this == SENTENCE && vocabulary.hasBos();
  }

  boolean hasEnd() {
    return this != NONE;
  }

  /** Number of tokens it puts around a text. */
  int tokens(Vocabulary vocabulary) {
    return (hasBegin(vocabulary) ? 1 : 0) + (hasEnd() ? 1 : 0);
  }
}
