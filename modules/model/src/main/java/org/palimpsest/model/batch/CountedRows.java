package org.palimpsest.model.batch;

import java.util.Arrays;

/**
 * The target positions of some examples that go through the head of the network.
 *
 * @param rows their numbers among all target positions of these examples, ascending
 * @param truth the true tokens
 * @param weights of the losses
 * @param places indices in the batch's target arrays
 */
public record CountedRows(int[] rows, int[] truth, float[] weights, int[] places) {

  /** Which target positions go through the head. */
  public enum Scope {
    /** Positions where the loss counts. */
    COUNTED,
    ALL
  }

  /**
   * Selects from the target positions of some examples.
   *
   * @param places indices of all these positions in the batch's target arrays, from {@link
   *     Segments#targetPlaces}
   * @param tokens true tokens, laid out as the batch
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
