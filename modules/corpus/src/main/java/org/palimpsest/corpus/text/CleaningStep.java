package org.palimpsest.corpus.text;

import org.palimpsest.base.Section;

/** What can happen to a document before it is tokenized; the manifest counts it by this name. */
public enum CleaningStep {
  /** Its characters were brought into Unicode's normal form. */
  UNICODE(Effect.CHANGED),
  CONTROL_CHARACTERS(Effect.CHANGED),
  WHITE_SPACE(Effect.CHANGED),
  /** Nothing was left of it. */
  EMPTY(Effect.LEFT_OUT),
  MIN_CHARACTERS(Effect.LEFT_OUT),
  MAX_CHARACTERS(Effect.LEFT_OUT),
  MIN_LETTER_SHARE(Effect.LEFT_OUT),
  MAX_REPEATED_RUN(Effect.LEFT_OUT),
  MAX_REPEATED_LINES(Effect.LEFT_OUT),
  /** A document of the same text has a smaller id. */
  EXACT_DUPLICATES(Effect.LEFT_OUT),
  /** A document of almost the same text has a smaller id. */
  NEAR_DUPLICATES(Effect.LEFT_OUT),
  /** The weight of its input is below 1. */
  LEFT_OUT_BY_WEIGHT(Effect.LEFT_OUT),
  /** The weight of its input is above 1: one more copy of it. */
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

  /** As the manifest writes it: min-letter-share. */
  String label() {
    return Section.kebab(this);
  }

  boolean leavesOut() {
    return effect == Effect.LEFT_OUT;
  }
}
