package org.palimpsest.torch;

import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.spec.ModelSpec;

/** One side of some examples, packed: one row a token, one example after the other. */
final class Rows {
  /** The length of keys is a multiple: softmax over other lengths runs at half the speed. */
  private static final int LANES = 8;

  private final Workspace workspace;
  private final int[] lengths;
  private final long[] places;
  private final boolean given;
  private final Tensor tokens;
  private final Padding asQueries;
  private final Padding asKeys;

  private Rows(Workspace workspace, int[] lengths, long[] ids, long[] places, boolean given) {
    check(workspace.spec(), ids, places);
    this.workspace = workspace;
    this.lengths = lengths;
    this.places = places;
    this.given = given;
    tokens = workspace.indices(ids);
    int longest = Math.max(1, Arrays.stream(lengths).max().orElse(1));
    asQueries = new Padding(workspace, lengths, longest);
    asKeys = new Padding(workspace, lengths, (longest + LANES - 1) / LANES * LANES);
  }

  /**
   * Packs pieces of an array.
   *
   * @param from where each example begins in {@code tokens}
   * @param lengths how much of it belongs to each
   * @param positions of all {@code tokens}, or null for 0, 1, 2, … in each example
   */
  static Rows of(Workspace workspace, int[] from, int[] lengths, int[] tokens, int[] positions) {
    int packed = Arrays.stream(lengths).sum();
    long[] ids = new long[packed];
    long[] places = new long[packed];
    int row = 0;
    for (int example = 0; example < lengths.length; example++) {
      for (int t = 0; t < lengths[example]; t++, row++) {
        int at = from[example] + t;
        ids[row] = tokens[at];
        places[row] = positions == null ? t : positions[at];
      }
    }
    return new Rows(workspace, lengths, ids, places, positions != null);
  }

  /** Packs sequences of unequal length. */
  static Rows of(Workspace workspace, List<int[]> sequences) {
    int[] lengths = sequences.stream().mapToInt(sequence -> sequence.length).toArray();
    int[] from = new int[lengths.length];
    int[] tokens = new int[Arrays.stream(lengths).sum()];
    int end = 0;
    for (int i = 0; i < lengths.length; i++) {
      from[i] = end;
      System.arraycopy(sequences.get(i), 0, tokens, end, lengths[i]);
      end += lengths[i];
    }
    return of(workspace, from, lengths, tokens, null);
  }

  /** One row for each of some sequences, at the same place in all. */
  static Rows single(Workspace workspace, long[] tokens, int place) {
    int[] lengths = new int[tokens.length];
    Arrays.fill(lengths, 1);
    long[] places = new long[tokens.length];
    Arrays.fill(places, place);
    return new Rows(workspace, lengths, tokens, places, true);
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
    return places.length;
  }

  /** Ids, one a row. */
  Tensor tokens() {
    return tokens;
  }

  /** Rows of a table of places, one a row. */
  Tensor places(int offset) {
    return workspace.indices(Arrays.stream(places).map(place -> place + offset).toArray());
  }

  /** Their padded form when they ask. */
  Padding asQueries() {
    return asQueries;
  }

  /** Their padded form when they are asked. */
  Padding asKeys() {
    return asKeys;
  }

  /**
   * Places in padded form, as far as keys go: one array for each example, or one for all where they
   * are 0, 1, 2, ….
   */
  int[][] paddedPlaces() {
    int length = Math.toIntExact(asKeys.length());
    int[][] padded = new int[given ? lengths.length : 1][length];
    int row = 0;
    for (int example = 0; example < padded.length; example++) {
      for (int t = 0; t < (given ? lengths[example] : length); t++) {
        padded[example][t] = given ? Math.toIntExact(places[row++]) : t;
      }
    }
    return padded;
  }

  /** Hides padding keys: examples by 1 by 1 by keys; null where there is no padding. */
  Tensor paddingMask() {
    int width = Math.toIntExact(asKeys.length());
    float[] mask = new float[lengths.length * width];
    boolean padded = false;
    for (int example = 0; example < lengths.length; example++) {
      Arrays.fill(mask, example * width + lengths[example], (example + 1) * width, Slice.HIDDEN);
      padded |= lengths[example] < width;
    }
    return padded ? workspace.numbers(mask).view(lengths.length, 1, 1, width) : null;
  }

  /** Hides what is to come: queries by keys. */
  Tensor causalMask() {
    int queries = Math.toIntExact(asQueries.length());
    int keys = Math.toIntExact(asKeys.length());
    float[] mask = new float[queries * keys];
    for (int t = 0; t < queries; t++) {
      Arrays.fill(mask, t * keys + t + 1, (t + 1) * keys, Slice.HIDDEN);
    }
    return workspace.numbers(mask).view(queries, keys);
  }
}
