package org.palimpsest.objective.corruption;

import java.util.Arrays;

/** A uniformly random subset of {0, …, size − 1}, read in ascending order. Reusable. */
public final class Selection {
  private long[] words = new long[16];
  private int used;

  /** Chooses {@code count} of {@code size} without replacement. */
  public void choose(int count, int size, NoiseRandom random) {
    used = (size + 63) >>> 6;
    if (words.length < used) {
      words = new long[used + (used >> 1)];
    }
    // Of a dense subset the complement is drawn, so that at most every second draw is repeated.
    boolean dense = count > size >> 1;
    Arrays.fill(words, 0, used, dense ? -1L : 0L);
    if (dense && (size & 63) != 0) {
      words[used - 1] = (1L << size) - 1;
    }
    for (int left = dense ? size - count : count; left > 0; left--) {
      flip(size, random, dense);
    }
  }

  private void flip(int size, NoiseRandom random, boolean dense) {
    while (true) {
      int at = random.below(size);
      long bit = 1L << at;
      boolean set = (words[at >>> 6] & bit) != 0;
      if (set == dense) {
        words[at >>> 6] ^= bit;
        return;
      }
    }
  }

  /** The smallest chosen number that is at least {@code from}; there must be one. */
  public int next(int from) {
    int index = from >>> 6;
    long word = words[index] & (-1L << from);
    while (word == 0) {
      word = words[++index];
    }
    return (index << 6) + Long.numberOfTrailingZeros(word);
  }

  /** Whether {@code at} was chosen. */
  public boolean contains(int at) {
    return (words[at >>> 6] & (1L << at)) != 0;
  }
}
