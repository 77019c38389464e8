package org.palimpsest.model.batch;

import java.util.Arrays;

/**
 * The target positions of some examples that go through the head of the network.
 *
 * @param rows their numbers among all target positions of these examples, ascending
 * @param truth what is to be said there
 * @param weights of the loss there
 * @param places where they stand in the batch's arrays
 */
public record CountedRows(int[] rows, int[] truth, float[] weights, int[] places) {

  /** Which target positions go through the head. */
  public enum Scope {
    /** Those where the loss counts. */
    COUNTED,
    ALL
  }

  /**
   * Chooses among the target positions of some examples.
   *
   * @param places where all of these positions stand in the batch's arrays, as {@link
   *     Segments#targetPlaces} says
   * @param tokens what is to be said, laid out as the batch
   * @param lossWeights weights of the losses, laid out as the batch
   */
  public static CountedRows of(int[] places, int[] tokens, float[] lossWeights, Scope scope) {
    int[] rows = new int[places.length];
    int[] truth = new int[places.length];
    float[] weights = new float[places.length];
    int[] chosen = new int[places.length];
    int count = 0;
    for (int row = 0; row < places.length; row++) {
      int place = places[row];
      if (scope == Scope.ALL || lossWeights[place] != 0) {
        rows[count] = row;
        truth[count] = tokens[place];
        weights[count] = lossWeights[place];
        chosen[count++] = place;
      }
    }
    return new CountedRows(
        Arrays.copyOf(rows, count),
        Arrays.copyOf(truth, count),
        Arrays.copyOf(weights, count),
        Arrays.copyOf(chosen, count));
  }

  /** Number of rows. */
  public int count() {
    return rows.length;
  }
}
