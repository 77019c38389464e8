package org.palimpsest.torch;

import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.palimpsest.model.ModelSpec;
import org.palimpsest.model.ParameterLayout;
import org.palimpsest.objective.PalimpsestException;

/**
 * One side of some examples, packed.
 *
 * @param tokens ids, one a row
 * @param positions rows of the position embedding
 * @param asQueries their padded form when they ask
 * @param asKeys their padded form when they are asked: the length is a multiple of 8, because
 *     softmax over other lengths runs at half the speed
 */
record Rows(Tensor tokens, Tensor positions, Padding asQueries, Padding asKeys) {
  private static final int LANES = 8;

  /**
   * Packs examples from {@code from} on.
   *
   * @param tokens examples by width
   * @param positions the same, or null for 0, 1, 2, …
   */
  static Rows of(
      Workspace workspace, int[] lengths, int[] tokens, int[] positions, int from, int width) {
    int packed = 0;
    for (int length : lengths) {
      packed += length;
    }
    long[] ids = new long[packed];
    long[] places = new long[packed];
    int row = 0;
    for (int example = 0; example < lengths.length; example++) {
      for (int t = 0; t < lengths[example]; t++, row++) {
        int at = (from + example) * width + t;
        ids[row] = tokens[at];
        places[row] = positions == null ? t : positions[at];
      }
    }
    return of(workspace, lengths, ids, places);
  }

  /** Packs sequences of unequal length. */
  static Rows of(Workspace workspace, List<int[]> sequences) {
    int[] lengths = sequences.stream().mapToInt(sequence -> sequence.length).toArray();
    int packed = 0;
    for (int length : lengths) {
      packed += length;
    }
    long[] ids = new long[packed];
    long[] places = new long[packed];
    int row = 0;
    for (int[] sequence : sequences) {
      for (int t = 0; t < sequence.length; t++, row++) {
        ids[row] = sequence[t];
        places[row] = t;
      }
    }
    return of(workspace, lengths, ids, places);
  }

  /** One row for each of some sequences. */
  static Rows single(Workspace workspace, long[] tokens, long[] positions) {
    int[] lengths = new int[tokens.length];
    Arrays.fill(lengths, 1);
    return of(workspace, lengths, tokens, positions);
  }

  private static Rows of(Workspace workspace, int[] lengths, long[] ids, long[] places) {
    check(workspace.spec(), ids, places);
    int longest = 1;
    for (int length : lengths) {
      longest = Math.max(longest, length);
    }
    for (int i = 0; i < places.length; i++) {
      places[i] += ParameterLayout.POSITION_OFFSET;
    }
    int lanes = (longest + LANES - 1) / LANES * LANES;
    return new Rows(
        workspace.indices(ids),
        workspace.indices(places),
        new Padding(workspace, lengths, longest),
        new Padding(workspace, lengths, lanes));
  }

  private static void check(ModelSpec spec, long[] ids, long[] places) {
    for (long place : places) {
      if (place >= spec.positions()) {
        throw PalimpsestException.configuration(
            "A sequence reaches position "
                + place
                + ", but the model has only "
                + spec.positions()
                + ": raise model.positions or shorten the blocks.");
      }
    }
    for (long id : ids) {
      if (id < 0 || id >= spec.vocabulary()) {
        throw PalimpsestException.input(
            "Token "
                + id
                + " is not among the model's "
                + spec.vocabulary()
                + ": use the tokenizer that the model was made for.");
      }
    }
  }

  /** Number of rows. */
  long count() {
    return tokens.size(0);
  }
}
