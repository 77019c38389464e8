package org.palimpsest.model.batch;

/**
 * Where each example of a batch lies. Examples of one row follow one another without a gap; they
 * must not see each other: a token attends to its own example only, on both sides, and its position
 * counts from the example's beginning.
 *
 * @param rows the row of each example; ascending
 * @param sourceFrom first column of its source
 * @param sourceLengths columns of its source
 * @param targetFrom first column of its target
 * @param targetLengths columns of its target
 */
public record Segments(
    int[] rows, int[] sourceFrom, int[] sourceLengths, int[] targetFrom, int[] targetLengths) {

  /** Room for so many examples, each of which has a row of its own. */
  static Segments oneEach(int[] sourceLengths, int[] targetLengths) {
    int[] rows = new int[sourceLengths.length];
    for (int row = 0; row < rows.length; row++) {
      rows[row] = row;
    }
    return new Segments(
        rows, new int[rows.length], sourceLengths, new int[rows.length], targetLengths);
  }

  /**
   * Where a slice of a batch ends: as many examples as have so many rows, source or target,
   * whatever is longer, and at least one.
   *
   * @param from the first of them
   * @return the first that is not of them
   */
  public int end(int from, int mostRows) {
    int sum = 0;
    for (int to = from; to < count(); to++) {
      sum += Math.max(sourceLengths[to], targetLengths[to]);
      if (sum > mostRows && to > from) {
        return to;
      }
    }
    return count();
  }

  /**
   * Where the source tokens of some examples stand in an array of the batch, one example after the
   * other.
   *
   * @param from the first of the examples
   * @param to the first that is not of them
   * @param width columns of the array
   */
  public int[] sourcePlaces(int from, int to, int width) {
    return places(sourceFrom, sourceLengths, from, to, width);
  }

  /** As {@link #sourcePlaces}, of their target tokens. */
  public int[] targetPlaces(int from, int to, int width) {
    return places(targetFrom, targetLengths, from, to, width);
  }

  private int[] places(int[] starts, int[] lengths, int from, int to, int width) {
    int count = 0;
    for (int i = from; i < to; i++) {
      count += lengths[i];
    }
    int[] places = new int[count];
    int next = 0;
    for (int i = from; i < to; i++) {
      for (int t = 0; t < lengths[i]; t++) {
        places[next++] = rows[i] * width + starts[i] + t;
      }
    }
    return places;
  }

  /** Number of examples. */
  public int count() {
    return rows.length;
  }
}
