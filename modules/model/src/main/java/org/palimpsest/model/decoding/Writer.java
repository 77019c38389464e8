package org.palimpsest.model.decoding;

import java.util.List;

/**
 * Sequences that an engine writes side by side, with cached keys and values. Used and closed by the
 * thread that began it.
 */
public interface Writer extends AutoCloseable {

  /** Reads sources, to write about them. */
  @FunctionalInterface
  interface Start {
    /**
     * Begins to write.
     *
     * @param sources token ids, none longer than the model's positions
     * @param each sequences for each source; they lie side by side
     * @param room tokens of the longest sequence
     */
    Writer begin(List<int[]> sources, int each, int room);
  }

  /**
   * Appends a token to every sequence.
   *
   * @param tokens one for each sequence; first the decoder's start
   * @param forbidden ids that must not follow, ascending
   * @param most how many of the tokens that may follow are told for each sequence: 0 to the size of
   *     the vocabulary
   */
  Ranking step(int[] tokens, int[] forbidden, int most);

  /** Sequence i goes on from what sequence {@code order[i]} was. */
  void reorder(int[] order);

  @Override
  void close();
}
