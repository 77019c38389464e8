package org.palimpsest.model.replica;

import java.util.Arrays;

/**
 * The rows of sequences.
 *
 * @param from first row of each sequence
 * @param lengths rows of each sequence; 0 is possible
 */
public record Spans(int[] from, int[] lengths) {

  /** Sequences that follow one another without a gap. */
  public static Spans packed(int[] lengths) {
    int[] from = new int[lengths.length];
    for (int i = 1; i < from.length; i++) {
      from[i] = from[i - 1] + lengths[i - 1];
    }
    return new Spans(from, lengths);
  }

  /**
   * Sequences of equal length at equal distances.
   *
   * @param count number of sequences
   * @param room rows from the first row of one sequence to the first row of the next
   * @param length rows of each sequence
   */
  public static Spans even(int count, int room, int length) {
    int[] from = new int[count];
    int[] lengths = new int[count];
    for (int i = 0; i < count; i++) {
      from[i] = i * room;
      lengths[i] = length;
    }
    return new Spans(from, lengths);
  }

  /** Number of sequences. */
  public int count() {
    return from.length;
  }

  /** Rows of the longest sequence; 0 without sequences. */
  public int longest() {
    return Arrays.stream(lengths).max().orElse(0);
  }
}
