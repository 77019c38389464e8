package org.palimpsest.corpus.bpe;

import java.util.Arrays;

/**
 * Pairs of symbols with their counts and the words that contain them: a hash table with open
 * addressing, without an object per pair.
 */
final class PairTable {
  private static final long EMPTY = -1;
  private static final int[] NONE = new int[0];

  private long[] pairs = filled(1 << 12);
  private long[] counts = new long[1 << 12];
  private int[][] holders = new int[1 << 12][];
  private int[] holderCounts = new int[1 << 12];
  private int[] grownIn = new int[1 << 12];
  private int used;

  private long[] grown = new long[64];
  private int grownCount;
  private int round;

  /** Receives each pair. */
  interface Visitor {
    void visit(long pair, long count);
  }

  private static long[] filled(int size) {
    long[] empty = new long[size];
    Arrays.fill(empty, EMPTY);
    return empty;
  }

  private static long pair(int left, int right) {
    return (long) left << 32 | right;
  }

  private int slot(long pair) {
    int mask = pairs.length - 1;
    long mixed = pair * 0x9E3779B97F4A7C15L;
    int at = (int) (mixed >>> 32) & mask;
    while (pairs[at] != EMPTY && pairs[at] != pair) {
      at = (at + 1) & mask;
    }
    return at;
  }

  /** Adds to the count of a pair and records a word that contains it. */
  void add(int left, int right, long count, int word) {
    long pair = pair(left, right);
    int at = slot(pair);
    if (pairs[at] == EMPTY) {
      if (++used * 2 > pairs.length) {
        grow();
        at = slot(pair);
      }
      pairs[at] = pair;
      holders[at] = NONE;
    }
    counts[at] += count;
    noteHolder(at, word);
    if (grownIn[at] != round) {
      grownIn[at] = round;
      noteGrown(pair);
    }
  }

  private void noteHolder(int at, int word) {
    int size = holderCounts[at];
    if (size > 0 && holders[at][size - 1] == word) {
      return;
    }
    if (size == holders[at].length) {
      holders[at] = Arrays.copyOf(holders[at], Math.max(4, size * 2));
    }
    holders[at][size] = word;
    holderCounts[at] = size + 1;
  }

  private void noteGrown(long pair) {
    if (grownCount == grown.length) {
      grown = Arrays.copyOf(grown, grownCount * 2);
    }
    grown[grownCount++] = pair;
  }

  void subtract(int left, int right, long count) {
    counts[slot(pair(left, right))] -= count;
  }

  /** Undoes {@link #subtract}: the word still contains the pair. */
  void restore(int left, int right, long count) {
    counts[slot(pair(left, right))] += count;
  }

  long count(long pair) {
    return counts[slot(pair)];
  }

  /**
   * Returns the words that contain or contained the pair; only the first {@link #holderCount}
   * entries are valid.
   */
  int[] holders(long pair) {
    return holders[slot(pair)];
  }

  int holderCount(long pair) {
    return holderCounts[slot(pair)];
  }

  /** Frees the list of words of a merged pair. */
  void forget(long pair) {
    int at = slot(pair);
    holders[at] = NONE;
    holderCounts[at] = 0;
  }

  /** Starts a new round of {@link #forEachGrown}. */
  void beginRound() {
    round++;
    grownCount = 0;
  }

  /** Visits each pair whose count grew in this round, in the order of its first growth. */
  void forEachGrown(Visitor visitor) {
    for (int i = 0; i < grownCount; i++) {
      visitor.visit(grown[i], count(grown[i]));
    }
  }

  void forEach(Visitor visitor) {
    for (int at = 0; at < pairs.length; at++) {
      if (pairs[at] != EMPTY) {
        visitor.visit(pairs[at], counts[at]);
      }
    }
  }

  private void grow() {
    long[] oldPairs = pairs;
    long[] oldCounts = counts;
    int[][] oldHolders = holders;
    int[] oldHolderCounts = holderCounts;
    int[] oldGrownIn = grownIn;
    int size = oldPairs.length * 2;
    pairs = filled(size);
    counts = new long[size];
    holders = new int[size][];
    holderCounts = new int[size];
    grownIn = new int[size];
    for (int old = 0; old < oldPairs.length; old++) {
      if (oldPairs[old] != EMPTY) {
        int at = slot(oldPairs[old]);
        pairs[at] = oldPairs[old];
        counts[at] = oldCounts[old];
        holders[at] = oldHolders[old];
        holderCounts[at] = oldHolderCounts[old];
        grownIn[at] = oldGrownIn[old];
      }
    }
  }
}
