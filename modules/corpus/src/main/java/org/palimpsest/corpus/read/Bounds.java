package org.palimpsest.corpus.read;

/** Ascending upper bounds of parts that follow each other: part 0 begins at 0. */
final class Bounds {
  private Bounds() {}

  /** Returns where a part begins. */
  static long begin(long[] bounds, int part) {
    return part == 0 ? 0 : bounds[part - 1];
  }

  /** Returns the part that holds a value, or the last one if the value is above all bounds. */
  static int partOf(long[] bounds, long value) {
    int low = 0;
    int high = bounds.length - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (bounds[middle] > value) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }
}
