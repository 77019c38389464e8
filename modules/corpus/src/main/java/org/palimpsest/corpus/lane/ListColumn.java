package org.palimpsest.corpus.lane;

import java.util.Arrays;

/** The lists of numbers of one column in the row group that is being written. */
final class ListColumn {
  private int[] values = new int[1024];
  private final int[] ends;
  private int lists;
  private int size;

  ListColumn(int rowGroupBlocks) {
    ends = new int[rowGroupBlocks];
  }

  /** Appends the first {@code length} numbers as a list. */
  void add(int[] list, int length) {
    if (length > values.length - size) {
      values = Arrays.copyOf(values, Math.max(size + length, values.length * 2));
    }
    System.arraycopy(list, 0, values, size, length);
    size += length;
    ends[lists++] = size;
  }

  int lists() {
    return lists;
  }

  /** Returns the number of values before a list. */
  int start(int list) {
    return list == 0 ? 0 : ends[list - 1];
  }

  int end(int list) {
    return ends[list];
  }

  int[] values() {
    return values;
  }

  void clear() {
    lists = 0;
    size = 0;
  }
}
