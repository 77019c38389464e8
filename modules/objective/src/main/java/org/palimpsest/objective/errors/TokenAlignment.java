package org.palimpsest.objective.errors;

/**
 * Which of the tokens of a piece of text are still there after it was changed: those of a longest
 * common subsequence, of long pieces those of the common beginning and end. A reusable buffer.
 */
final class TokenAlignment {
  /** The partner of a new token. */
  static final int NONE = -1;

  /** The largest table of lengths. */
  private static final int MOST_CELLS = 1 << 16;

  private int[] partner = new int[16];
  private short[] common = new short[0];

  /**
   * Aligns ids.
   *
   * @param tokens the ids before, at these {@code places}
   * @param count number of places
   */
  void align(int[] tokens, int[] places, int count, int[] ids) {
    if (partner.length < ids.length) {
      partner = new int[ids.length * 2];
    }
    int first = 0;
    while (first < count && first < ids.length && tokens[places[first]] == ids[first]) {
      partner[first] = places[first];
      first++;
    }
    int oldEnd = count;
    int newEnd = ids.length;
    while (oldEnd > first && newEnd > first && tokens[places[oldEnd - 1]] == ids[newEnd - 1]) {
      partner[--newEnd] = places[--oldEnd];
    }
    for (int k = first; k < newEnd; k++) {
      partner[k] = NONE;
    }
    int rows = oldEnd - first;
    int columns = newEnd - first;
    if (rows > 0 && columns > 0 && (rows + 1) * (columns + 1L) <= MOST_CELLS) {
      fill(tokens, places, ids, first, rows, columns);
      trace(tokens, places, ids, first, rows, columns);
    }
  }

  /** The place of the token that new token {@code k} was, or NONE. */
  int partner(int k) {
    return partner[k];
  }

  /** Lengths of the longest common subsequences of all tails. */
  private void fill(int[] tokens, int[] places, int[] ids, int first, int rows, int columns) {
    int width = columns + 1;
    if (common.length < (rows + 1) * width) {
      common = new short[MOST_CELLS];
    }
    for (int column = 0; column <= columns; column++) {
      common[rows * width + column] = 0;
    }
    for (int row = rows - 1; row >= 0; row--) {
      int token = tokens[places[first + row]];
      common[row * width + columns] = 0;
      for (int column = columns - 1; column >= 0; column--) {
        int cell = row * width + column;
        common[cell] =
            token == ids[first + column]
                ? (short) (common[cell + width + 1] + 1)
                : (short) Math.max(common[cell + 1], common[cell + width]);
      }
    }
  }

  private void trace(int[] tokens, int[] places, int[] ids, int first, int rows, int columns) {
    int width = columns + 1;
    int row = 0;
    int column = 0;
    while (row < rows && column < columns) {
      int cell = row * width + column;
      if (tokens[places[first + row]] == ids[first + column]) {
        partner[first + column++] = places[first + row++];
      } else if (common[cell + width] >= common[cell + 1]) {
        row++;
      } else {
        column++;
      }
    }
  }
}
