package org.palimpsest.cli.display;

/**
 * What stands in one place of a damaged example.
 *
 * @param kind what the noise did here
 * @param source tokens of the source; empty where the noise left nothing
 * @param target tokens of the target; empty where nothing has to be said
 */
record Pair(Kind kind, int[] source, int[] target) {
  /** What the noise did. */
  enum Kind {
    /** Source and target agree. */
    KEPT,
    /** The target has to be restored. */
    DAMAGED,
    /** The same words stand elsewhere on the other side. */
    MOVED
  }
}
