package org.palimpsest.model.replica;

import java.util.Arrays;
import java.util.List;
import org.palimpsest.base.PalimpsestException;

/**
 * Token sequences in packed rows: one row per token, one sequence after the other, no padding.
 *
 * @param tokens token ids, one per row
 * @param positions positions in their sequences, one per row
 * @param consecutive whether the positions of each sequence are 0, 1, 2, …
 * @param spans rows of each sequence
 */
public record PackedSequences(int[] tokens, int[] positions, boolean consecutive, Spans spans) {

  /** Packs sequences of unequal length, at positions 0, 1, 2, … */
  public static PackedSequences of(List<int[]> sequences) {
    int[] lengths = sequences.stream().mapToInt(sequence -> sequence.length).toArray();
    int[] tokens = sequences.stream().flatMapToInt(Arrays::stream).toArray();
    int[] rows = new int[tokens.length];
    Arrays.setAll(rows, row -> row);
    return of(tokens, null, rows, lengths);
  }

  /**
   * Packs elements of a batch's arrays.
   *
   * @param tokens an array of the batch
   * @param positions of all {@code tokens}, or null for 0, 1, 2, … in each sequence
   * @param places indices into {@code tokens}, one sequence after the other
   * @param lengths rows of each sequence
   */
  static PackedSequences of(int[] tokens, int[] positions, int[] places, int[] lengths) {
    Spans spans = Spans.packed(lengths);
    int[] packed = new int[places.length];
    int[] packedPositions = new int[places.length];
    int row = 0;
    for (int length : lengths) {
      for (int t = 0; t < length; t++, row++) {
        packed[row] = tokens[places[row]];
        packedPositions[row] = positions == null ? t : positions[places[row]];
      }
    }
    return new PackedSequences(packed, packedPositions, positions == null, spans);
  }

  /** Sequences of one token each, all at the same position. */
  public static PackedSequences single(int[] tokens, int position) {
    int[] positions = new int[tokens.length];
    Arrays.fill(positions, position);
    return new PackedSequences(tokens, positions, false, Spans.even(tokens.length, 1, 1));
  }

  /**
   * Refuses tokens and positions that a model does not have.
   *
   * @param vocabulary number of tokens
   * @param limit number of positions
   * @return these sequences
   * @throws PalimpsestException of kind CONFIGURATION for a position, of kind INPUT for a token
   */
  public PackedSequences checked(int vocabulary, int limit) {
    for (int position : positions) {
      if (position < 0 || position >= limit) {
        throw PalimpsestException.configuration(
            "A sequence reaches position "
                + position
                + ", but the model has only "
                + limit
                + ": raise model.positions or shorten the blocks.");
      }
    }
    for (int token : tokens) {
      if (token < 0 || token >= vocabulary) {
        throw PalimpsestException.input(
            "Token "
                + token
                + " is not in the model's vocabulary of "
                + vocabulary
                + " tokens: use the tokenizer that the model was trained with.");
      }
    }
    return this;
  }

  /** Number of rows. */
  public int rows() {
    return tokens.length;
  }
}
