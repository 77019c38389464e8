package org.palimpsest.objective.corruption;

import org.palimpsest.objective.Vocabulary;
import org.palimpsest.objective.Vocabulary.LanguagePlace;

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

  /** Most tokens that it puts around a text; a text may have a language in place of a begin. */
  public int tokens(Vocabulary vocabulary) {
    boolean mayHaveLanguage = vocabulary.languagePlace() != LanguagePlace.NONE;
    return (mayHaveLanguage || hasBegin(vocabulary) ? 1 : 0) + (hasEnd() ? 1 : 0);
  }
}
