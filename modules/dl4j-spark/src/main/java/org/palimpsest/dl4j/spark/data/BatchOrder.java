package org.palimpsest.dl4j.spark.data;

import java.io.Serializable;
import org.palimpsest.base.KeyedHash;

/**
 * The order in which an epoch visits its batches: a function of (seed, epoch) that needs no memory.
 *
 * @param batches number of batches
 * @param key of the permutation
 * @param kind whether the order is permuted
 */
public record BatchOrder(long batches, long key, Kind kind) implements Serializable {
  private static final int ROUNDS = 4;

  /** The kinds of order. */
  public enum Kind {
    AS_WRITTEN,
    PERMUTED
  }

  public static BatchOrder of(long batches, long seed, long epoch, Kind kind) {
    return new BatchOrder(batches, KeyedHash.of(0, seed, epoch), kind);
  }

  /** The batch at a position, both from 0. */
  public long at(long position) {
    if (kind == Kind.AS_WRITTEN || batches < 2) {
      return position;
    }
    int half = (64 - Long.numberOfLeadingZeros(batches - 1) + 1) / 2;
    long batch = position;
    do {
      batch = feistel(batch, half);
    } while (batch >= batches);
    return batch;
  }

  /**
   * A permutation of the numbers below 4^half; repeated application from below the limit returns
   * below it.
   */
  private long feistel(long number, int half) {
    long mask = (1L << half) - 1;
    long left = number >>> half;
    long right = number & mask;
    for (int round = 0; round < ROUNDS; round++) {
      long next = left ^ (KeyedHash.of(0, key, round, right) & mask);
      left = right;
      right = next;
    }
    return left << half | right;
  }
}
