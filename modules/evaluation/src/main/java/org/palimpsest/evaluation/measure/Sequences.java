package org.palimpsest.evaluation.measure;

/** Distances of sequences, by dynamic programming in time n · m. */
final class Sequences {
  private Sequences() {}

  /** The Levenshtein distance: least number of insertions, deletions, and replacements. */
  static int distance(int[] one, int[] other) {
    int[] row = new int[other.length + 1];
    for (int column = 0; column < row.length; column++) {
      row[column] = column;
    }
    for (int line = 1; line <= one.length; line++) {
      int diagonal = row[0];
      row[0] = line;
      for (int column = 1; column < row.length; column++) {
        int above = row[column];
        int change = one[line - 1] == other[column - 1] ? 0 : 1;
        row[column] = Math.min(diagonal + change, 1 + Math.min(above, row[column - 1]));
        diagonal = above;
      }
    }
    return row[other.length];
  }

  /**
   * The same with swaps of neighbors as one edit, where no place is edited twice (optimal string
   * alignment).
   */
  static int distanceWithSwaps(int[] one, int[] other) {
    int[][] table = new int[one.length + 1][other.length + 1];
    for (int line = 0; line <= one.length; line++) {
      for (int column = 0; column <= other.length; column++) {
        table[line][column] =
            line == 0 || column == 0 ? line + column : edited(table, one, other, line, column);
      }
    }
    return table[one.length][other.length];
  }

  private static int edited(int[][] table, int[] one, int[] other, int line, int column) {
    int change = one[line - 1] == other[column - 1] ? 0 : 1;
    int least =
        Math.min(
            table[line - 1][column - 1] + change,
            1 + Math.min(table[line - 1][column], table[line][column - 1]));
    boolean swapped =
        line > 1
            && column > 1
            && one[line - 1] == other[column - 2]
            && one[line - 2] == other[column - 1];
    return swapped ? Math.min(least, table[line - 2][column - 2] + 1) : least;
  }

  /** Length of a longest common subsequence. */
  static int commonLength(int[] one, int[] other) {
    int[] row = new int[other.length + 1];
    for (int element : one) {
      int diagonal = 0;
      for (int column = 1; column < row.length; column++) {
        int above = row[column];
        row[column] =
            element == other[column - 1] ? diagonal + 1 : Math.max(above, row[column - 1]);
        diagonal = above;
      }
    }
    return row[other.length];
  }
}
