package org.palimpsest.cli.display;

/**
 * One aligned part of a corrupted example.
 *
 * @param kind effect of the noise
 * @param source tokens of the source; empty if the noise left none
 * @param target tokens of the target; empty if it has none here
 */
record Pair(Kind kind, int[] source, int[] target) {
  /** The effect of the noise. */
  enum Kind {
    /** Source and target agree. */
    KEPT,
    /** The model has to restore the target. */
    CORRUPTED,
    /** The same words are elsewhere on the other side. */
    MOVED
  }
}
