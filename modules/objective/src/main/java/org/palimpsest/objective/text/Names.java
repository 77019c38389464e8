package org.palimpsest.objective.text;

import java.util.Collection;
import java.util.Comparator;

/** Suggestions for misspelled names. */
public final class Names {
  private Names() {}

  /** The end of a message: the nearest known name and all known names. */
  public static String known(String name, Collection<String> known) {
    return known(name, known, "");
  }

  /** The same; {@code more} follows the list. */
  public static String known(String name, Collection<String> known, String more) {
    String all = "known are " + String.join(", ", known) + more;
    return known.stream()
        .min(Comparator.comparingInt(candidate -> distance(name, candidate)))
        .filter(nearest -> distance(name, nearest) <= Math.min(3, nearest.length() / 2))
        .map(nearest -> "did you mean '" + nearest + "'? (" + all + ".)")
        .orElse(all + ".");
  }

  /** The Levenshtein distance. */
  private static int distance(String one, String other) {
    int[] row = new int[other.length() + 1];
    for (int column = 0; column < row.length; column++) {
      row[column] = column;
    }
    for (int line = 1; line <= one.length(); line++) {
      int diagonal = row[0];
      row[0] = line;
      for (int column = 1; column < row.length; column++) {
        int above = row[column];
        int change = one.charAt(line - 1) == other.charAt(column - 1) ? 0 : 1;
        row[column] = Math.min(diagonal + change, 1 + Math.min(above, row[column - 1]));
        diagonal = above;
      }
    }
    return row[other.length()];
  }
}
