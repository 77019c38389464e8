package org.palimpsest.dl4j.spark.data;

import java.io.Serializable;
import org.palimpsest.base.KeyedHash;

/**
 * In which order an epoch visits its pieces. A function of (seed, epoch) that needs no memory.
 *
 * @param pieces their number
 * @param key of the permutation
 * @param kind whether there is one
 */
public record BatchOrder(long pieces, long key, Kind kind) implements Serializable {
  private static final int ROUNDS = 4;

  /** Whether an epoch goes its own way. */
  public enum Kind {
    AS_WRITTEN,
    PERMUTED
  }

  public static BatchOrder of(long pieces, long seed, long epoch, Kind kind) {
    return new BatchOrder(pieces, KeyedHash.of(0, seed, epoch), kind);
  }

  /** The piece that is visited at a position, both from 0. */
  public long at(long position) {
    if (kind == Kind.AS_WRITTEN || pieces < 2) {
      return position;
    }
    int half = (64 - Long.numberOfLeadingZeros(pieces - 1) + 1) / 2;
    long piece = position;
    do {
      piece = feistel(piece, half);
    } while (piece >= pieces);
    return piece;
  }

  /** A permutation of the numbers below 4^half; walking it from inside leads back inside. */
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
