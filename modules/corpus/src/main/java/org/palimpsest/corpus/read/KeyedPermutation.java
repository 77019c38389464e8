package org.palimpsest.corpus.read;

import org.palimpsest.base.KeyedHash;

/**
 * A permutation of 0 … n − 1 that is computed, not stored: a balanced Feistel network over the
 * smallest power of four that is at least n, applied until the result lies below n (cycle walking;
 * Black and Rogaway: "Ciphers with arbitrary finite domains", 2002). Its inverse is the same
 * network backwards.
 */
final class KeyedPermutation {
  /** Luby and Rackoff prove four sufficient for large domains; small ones need more. */
  private static final int ROUNDS = 12;

  private final long size;
  private final int halfBits;
  private final long halfMask;
  private final long[] roundKeys = new long[ROUNDS];

  /**
   * Creates the permutation of a key.
   *
   * @param size number of elements, at least 1 and at most 2^62
   */
  KeyedPermutation(long key, long size) {
    this.size = size;
    int bits = Long.SIZE - Long.numberOfLeadingZeros(size - 1);
    halfBits = Math.max(1, (bits + 1) / 2);
    halfMask = (1L << halfBits) - 1;
    for (int round = 0; round < ROUNDS; round++) {
      roundKeys[round] = KeyedHash.of(key, round);
    }
  }

  /** Returns the element at an index. */
  long at(long index) {
    long value = index;
    do {
      value = forward(value);
    } while (value >= size);
    return value;
  }

  /** Returns the index of an element. */
  long indexOf(long element) {
    long value = element;
    do {
      value = backward(value);
    } while (value >= size);
    return value;
  }

  private long forward(long value) {
    long left = value >>> halfBits;
    long right = value & halfMask;
    for (int round = 0; round < ROUNDS; round++) {
      long mixed = left ^ hash(round, right);
      left = right;
      right = mixed;
    }
    return left << halfBits | right;
  }

  private long backward(long value) {
    long left = value >>> halfBits;
    long right = value & halfMask;
    for (int round = ROUNDS - 1; round >= 0; round--) {
      long mixed = right ^ hash(round, left);
      right = left;
      left = mixed;
    }
    return left << halfBits | right;
  }

  private long hash(int round, long half) {
    return KeyedHash.of(roundKeys[round], half) & halfMask;
  }
}
