package org.palimpsest.base;

/**
 * Randomness as a function: 64-bit values from keys. The mixer is the finalizer of SplitMix64
 * (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014), a bijection.
 */
public final class KeyedHash {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private KeyedHash() {}

  /** A bijection of the 64-bit numbers that spreads every bit over all. */
  public static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  public static long of(long key, long value) {
    return mix(mix(key + GOLDEN) ^ (value + GOLDEN));
  }

  public static long of(long key, long first, long second) {
    return of(of(key, first), second);
  }

  public static long of(long key, long first, long second, long third) {
    return of(of(key, first, second), third);
  }

  /** A hash of a sequence. */
  public static long of(long key, int[] values) {
    long hash = of(key, values.length);
    for (int value : values) {
      hash = of(hash, value);
    }
    return hash;
  }

  /** A hash as a number in [0, 1). */
  public static double unit(long hash) {
    return (hash >>> 11) * 0x1.0p-53;
  }

  /** A hash as a number in [0, bound), by the high half of the product. */
  public static int below(long hash, int bound) {
    return (int) Math.multiplyHigh(hash >>> 1, (long) bound << 1);
  }

  /** A permutation of 0 … n − 1 (Fisher-Yates) that depends on the key alone. */
  public static int[] permutation(long key, int n) {
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      int j = below(of(key, i), i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }
}
