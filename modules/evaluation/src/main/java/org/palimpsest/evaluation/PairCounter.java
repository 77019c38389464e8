package org.palimpsest.evaluation;

import java.io.Serializable;
import java.util.Arrays;

/**
 * Counts pairs of tokens in a hash table of primitives with open addressing, because a corpus has
 * about as many pairs as tokens.
 */
final class PairCounter implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final long FREE = -1;

  private long[] keys;
  private long[] counts;
  private int size;

  PairCounter() {
    allocate(1 << 10);
  }

  private void allocate(int capacity) {
    keys = new long[capacity];
    Arrays.fill(keys, FREE);
    counts = new long[capacity];
    size = 0;
  }

  /** The key of a pair of non-negative ids. */
  static long key(int left, int right) {
    return (long) left << Integer.SIZE | right;
  }

  static int left(long key) {
    return (int) (key >>> Integer.SIZE);
  }

  static int right(long key) {
    return (int) key;
  }

  void add(long key, long count) {
    int at = find(key);
    if (keys[at] == FREE) {
      keys[at] = key;
      size++;
    }
    counts[at] += count;
    if (size > keys.length / 2) {
      grow();
    }
  }

  long count(long key) {
    return counts[find(key)];
  }

  boolean contains(long key) {
    return keys[find(key)] != FREE;
  }

  private int find(long key) {
    int mask = keys.length - 1;
    int at = (int) (mix(key) & mask);
    while (keys[at] != FREE && keys[at] != key) {
      at = (at + 1) & mask;
    }
    return at;
  }

  private static long mix(long key) {
    long mixed = (key ^ (key >>> 32)) * 0x9E3779B97F4A7C15L;
    return mixed >>> 20;
  }

  private void grow() {
    long[] oldKeys = keys;
    long[] oldCounts = counts;
    allocate(oldKeys.length * 2);
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldKeys[i] != FREE) {
        add(oldKeys[i], oldCounts[i]);
      }
    }
  }

  /** Number of different pairs. */
  int size() {
    return size;
  }

  /** Takes a pair and its count. */
  interface Visitor {
    void visit(long key, long count);
  }

  void forEach(Visitor visitor) {
    for (int i = 0; i < keys.length; i++) {
      if (keys[i] != FREE) {
        visitor.visit(keys[i], counts[i]);
      }
    }
  }

  /** Adds a count, and returns this counter. */
  PairCounter plus(long key, long count) {
    add(key, count);
    return this;
  }

  /** Adds the counts of another counter, and returns this one. */
  PairCounter plus(PairCounter other) {
    other.forEach(this::add);
    return this;
  }
}
