package org.palimpsest.evaluation.inference;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The difference of two texts in words, signs, and spaces: what is not part of a longest common
 * subsequence of them. Changes that only spaces separate are one.
 */
final class TextDiff {
  private static final Pattern PIECE =
      Pattern.compile("\\s+|[\\p{L}\\p{M}\\p{N}]+|[^\\s\\p{L}\\p{M}\\p{N}]");

  /** The largest table; longer texts are one change between their common beginning and end. */
  private static final long MOST_CELLS = 1 << 24;

  private final List<String> before;
  private final List<String> after;
  private final int first;
  private final int beforeEnd;
  private final int afterEnd;
  private final List<Change> changes = new ArrayList<>();

  private TextDiff(String before, String after) {
    this.before = pieces(before);
    this.after = pieces(after);
    int start = 0;
    int oldEnd = this.before.size();
    int newEnd = this.after.size();
    while (start < Math.min(oldEnd, newEnd) && isSame(start, start)) {
      start++;
    }
    while (oldEnd > start && newEnd > start && isSame(oldEnd - 1, newEnd - 1)) {
      oldEnd--;
      newEnd--;
    }
    first = start;
    beforeEnd = oldEnd;
    afterEnd = newEnd;
  }

  /** The changes that make one text of another, in order. */
  static List<Change> of(String before, String after) {
    TextDiff diff = new TextDiff(before, after);
    diff.find();
    return diff.changes;
  }

  private static List<String> pieces(String text) {
    List<String> pieces = new ArrayList<>();
    Matcher found = PIECE.matcher(text);
    while (found.find()) {
      pieces.add(found.group());
    }
    return pieces;
  }

  private boolean isSame(int old, int young) {
    return before.get(old).equals(after.get(young));
  }

  private void find() {
    int rows = beforeEnd - first;
    int columns = afterEnd - first;
    int offset = String.join("", before.subList(0, first)).length();
    if ((rows + 1L) * (columns + 1L) > MOST_CELLS) {
      add(offset, first, beforeEnd, first, afterEnd);
      return;
    }
    int[][] common = common(rows, columns);
    int row = 0;
    int column = 0;
    while (row < rows || column < columns) {
      int fromRow = row;
      int fromColumn = column;
      while ((row < rows || column < columns) && !isCommon(common, row, column, rows, columns)) {
        if (column == columns
            || (row < rows && common[row + 1][column] >= common[row][column + 1])) {
          row++;
        } else {
          column++;
        }
      }
      if (row > fromRow || column > fromColumn) {
        add(offset, first + fromRow, first + row, first + fromColumn, first + column);
        offset += length(first + fromRow, first + row);
      }
      if (row < rows && column < columns) {
        offset += before.get(first + row).length();
        row++;
        column++;
      }
    }
  }

  private boolean isCommon(int[][] common, int row, int column, int rows, int columns) {
    return row < rows
        && column < columns
        && isSame(first + row, first + column)
        && common[row][column] == common[row + 1][column + 1] + 1;
  }

  private int[][] common(int rows, int columns) {
    int[][] common = new int[rows + 1][columns + 1];
    for (int row = rows - 1; row >= 0; row--) {
      for (int column = columns - 1; column >= 0; column--) {
        common[row][column] =
            isSame(first + row, first + column)
                ? common[row + 1][column + 1] + 1
                : Math.max(common[row + 1][column], common[row][column + 1]);
      }
    }
    return common;
  }

  private int length(int from, int to) {
    return before.subList(from, to).stream().mapToInt(String::length).sum();
  }

  private void add(int offset, int oldFrom, int oldTo, int newFrom, int newTo) {
    String removed = String.join("", before.subList(oldFrom, oldTo));
    String added = String.join("", after.subList(newFrom, newTo));
    Change last = changes.isEmpty() ? null : changes.get(changes.size() - 1);
    if (last != null && isSpace(last.to(), offset)) {
      String between = text(last.to(), offset);
      changes.set(
          changes.size() - 1,
          new Change(
              last.from(),
              offset + removed.length(),
              last.before() + between + removed,
              last.after() + between + added));
    } else if (!removed.isEmpty() || !added.isEmpty()) {
      changes.add(new Change(offset, offset + removed.length(), removed, added));
    }
  }

  private boolean isSpace(int from, int to) {
    return text(from, to).isBlank();
  }

  private String text(int from, int to) {
    return String.join("", before).substring(from, to);
  }
}
