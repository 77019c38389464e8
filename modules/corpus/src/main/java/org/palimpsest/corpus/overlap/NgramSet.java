package org.palimpsest.corpus.overlap;

/** A set of hashes; each has a slot by which it can be marked. Open addressing, half full. */
final class NgramSet {
  /** The hash of an empty slot; a hash with this value is taken for another. */
  private static final long EMPTY = 0;

  private final long[] hashes;

  /** Creates a set for so many hashes. */
  NgramSet(int most) {
    hashes = new long[Integer.highestOneBit(Math.max(8, most)) * 4];
  }

  /** A set with the table of another one. */
  NgramSet(long[] table) {
    hashes = table;
  }

  /** The table, not copied: what is sent to executors. */
  long[] table() {
    return hashes;
  }

  /** Adds a hash; gives its slot. */
  int add(long hash) {
    int slot = slot(hash);
    hashes[slot] = valid(hash);
    return slot;
  }

  /** The slot of a hash, or −1. */
  int find(long hash) {
    int slot = slot(hash);
    return hashes[slot] == EMPTY ? -1 : slot;
  }

  private int slot(long hash) {
    long value = valid(hash);
    int slot = (int) value & (hashes.length - 1);
    while (hashes[slot] != EMPTY && hashes[slot] != value) {
      slot = (slot + 1) & (hashes.length - 1);
    }
    return slot;
  }

  private static long valid(long hash) {
    return hash == EMPTY ? 1 : hash;
  }
}
