package org.palimpsest.objective.errors;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.palimpsest.base.PalimpsestException;

/**
 * The keys of a keyboard, row by row. A line of the file has how far the row begins to the right,
 * in widths of a key, and its keys; {@code #} begins a comment. Two keys are neighbors if their
 * middles lie less than 1.3 widths apart: the up to six keys around one.
 */
final class KeyboardLayout {
  private static final double REACH = 1.3;
  private static final Pattern GAP = Pattern.compile("\\s+");

  private record Key(String text, double x, int row) {}

  private final List<Key> keys = new ArrayList<>();
  private final String place;

  KeyboardLayout(List<String> lines, String place) {
    this.place = place;
    int row = 0;
    for (String line : lines) {
      if (!line.isBlank() && !line.startsWith("# ")) {
        add(GAP.split(line.strip(), -1), row++);
      }
    }
  }

  private void add(String[] parts, int row) {
    try {
      double x = Double.parseDouble(parts[0]);
      for (int k = 1; k < parts.length; k++) {
        keys.add(new Key(parts[k], x + k - 1, row));
      }
    } catch (NumberFormatException e) {
      throw new PalimpsestException(
          PalimpsestException.Kind.CONFIGURATION,
          "The keyboard layout "
              + place
              + " begins a row with '"
              + parts[0]
              + "'; begin it with how far it lies to the right, such as 0.5.",
          e);
    }
  }

  /** Which keys are hit in place of which. */
  ConfusionTable neighbors() {
    List<String> lines = new ArrayList<>();
    for (Key key : keys) {
      StringBuilder line = new StringBuilder(key.text);
      for (Key other : keys) {
        if (!other.equals(key) && distance(key, other) < REACH) {
          line.append(' ').append(other.text);
        }
      }
      lines.add(line.toString());
    }
    return new ConfusionTable(lines, ConfusionTable.Letters.FOLLOW, place);
  }

  private static double distance(Key one, Key other) {
    return Math.hypot(one.x - other.x, one.row - other.row);
  }
}
