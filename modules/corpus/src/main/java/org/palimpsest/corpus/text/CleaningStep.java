package org.palimpsest.corpus.text;

import org.palimpsest.base.Section;

/** A cleaning step; the manifest counts documents by its name. */
public enum CleaningStep {
  /** The text was converted to a Unicode normal form. */
  UNICODE(Effect.CHANGED),
  CONTROL_CHARACTERS(Effect.CHANGED),
  WHITE_SPACE(Effect.CHANGED),
  /** The document became empty. */
  EMPTY(Effect.LEFT_OUT),
  MIN_CHARACTERS(Effect.LEFT_OUT),
  MAX_CHARACTERS(Effect.LEFT_OUT),
  MIN_LETTER_SHARE(Effect.LEFT_OUT),
  MAX_REPEATED_RUN(Effect.LEFT_OUT),
  MAX_REPEATED_LINES(Effect.LEFT_OUT),
  /** A document with the same text has a smaller id. */
  EXACT_DUPLICATES(Effect.LEFT_OUT),
  /** A document with similar text has a smaller id. */
  NEAR_DUPLICATES(Effect.LEFT_OUT),
  /** The document was dropped because the weight of its input is below 1. */
  LEFT_OUT_BY_WEIGHT(Effect.LEFT_OUT),
  /** A copy was added because the weight of its input is above 1. */
  COPIED_BY_WEIGHT(Effect.ADDED);

  private enum Effect {
    CHANGED,
    LEFT_OUT,
    ADDED
  }

  private final Effect effect;

  CleaningStep(Effect effect) {
    this.effect = effect;
  }

  /** Returns the name in the manifest, such as min-letter-share. */
  String label() {
    return Section.kebab(this);
  }

  boolean leavesOut() {
    return effect == Effect.LEFT_OUT;
  }
}
