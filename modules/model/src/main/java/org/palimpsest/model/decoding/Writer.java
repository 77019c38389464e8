package org.palimpsest.model.decoding;

import java.util.List;

/**
 * Sequences that an engine decodes together, with cached keys and values. Used and closed by the
 * thread that started it.
 */
public interface Writer extends AutoCloseable {

  /** Starts writers. */
  @FunctionalInterface
  interface Start {
    /**
     * Encodes sources and starts to decode.
     *
     * @param sources token ids, at most as long as the model's positions
     * @param each sequences per source; those of one source are adjacent
     * @param room tokens of the longest sequence
     */
    Writer begin(List<int[]> sources, int each, int room);
  }

  /**
   * Appends a token to every sequence, and ranks the next ones.
   *
   * @param tokens one per sequence; first the decoder's start token
   * @param forbidden ids that must not follow, ascending
   * @param most number of next tokens to rank per sequence: 0 to the size of the vocabulary
   */
  Ranking step(int[] tokens, int[] forbidden, int most);

  /** Sequence i continues sequence {@code order[i]}. */
  void reorder(int[] order);

  @Override
  void close();
}
