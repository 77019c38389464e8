package org.palimpsest.model.batch;

/**
 * The position of each example in a batch. Examples of one row follow one another without a gap and
 * are independent: a token attends to its own example only, and its position counts from the start
 * of the example.
 *
 * @param rows the row of each example; ascending
 * @param sourceFrom first column of its source
 * @param sourceLengths columns of its source
 * @param targetFrom first column of its target
 * @param targetLengths columns of its target
 */
public record Segments(
    int[] rows, int[] sourceFrom, int[] sourceLengths, int[] targetFrom, int[] targetLengths) {

  /** One example per row. */
  static Segments oneEach(int[] sourceLengths, int[] targetLengths) {
    int[] rows = new int[sourceLengths.length];
    for (int row = 0; row < rows.length; row++) {
      rows[row] = row;
    }
    return new Segments(
        rows, new int[rows.length], sourceLengths, new int[rows.length], targetLengths);
  }

  /**
   * The end of a slice of a batch: as many examples as fit in a number of rows, source or target,
   * whichever are more, and at least one.
   *
   * @param from index of the first example
   * @param mostRows rows of the slice
   * @return index after the last example
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
   * Indices of the source tokens of some examples in the batch's arrays, one example after the
   * other.
   *
   * @param from index of the first example
   * @param to index after the last example
   * @param width columns of the array
   */
  public int[] sourcePlaces(int from, int to, int width) {
    return places(sourceFrom, sourceLengths, from, to, width);
  }

  /** The same as {@link #sourcePlaces} for target tokens. */
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
