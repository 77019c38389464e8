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
