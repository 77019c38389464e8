package org.palimpsest.dl4j;

import java.util.Arrays;

/**
 * Sequences in packed rows.
 *
 * @param from first row of each
 * @param lengths rows of each; 0 is possible
 */
record Spans(int[] from, int[] lengths) {

  /** One after the other. */
  static Spans packed(int[] lengths) {
    int[] from = new int[lengths.length];
    for (int i = 1; i < from.length; i++) {
      from[i] = from[i - 1] + lengths[i - 1];
    }
    return new Spans(from, lengths);
  }

  /** So many of equal length, each beginning {@code room} rows after the last. */
  static Spans even(int count, int room, int length) {
    int[] from = new int[count];
    int[] lengths = new int[count];
    for (int i = 0; i < count; i++) {
      from[i] = i * room;
      lengths[i] = length;
    }
    return new Spans(from, lengths);
  }

  int count() {
    return from.length;
  }

  int longest() {
    return Arrays.stream(lengths).max().orElse(0);
  }
}
