package org.palimpsest.base;

/** Counter-based randomness: 64-bit values computed from keys with {@link SplitMix#mix}. */
public final class KeyedHash {
  private KeyedHash() {}

  /** Hashes one value. */
  public static long of(long key, long value) {
    return SplitMix.mix(SplitMix.mix(key + SplitMix.GOLDEN) ^ (value + SplitMix.GOLDEN));
  }

  /** Hashes two values; their order matters. */
  public static long of(long key, long first, long second) {
    return of(of(key, first), second);
  }

  /** Hashes three values; their order matters. */
  public static long of(long key, long first, long second, long third) {
    return of(of(key, first, second), third);
  }

  /** Hashes a sequence and its length. */
  public static long of(long key, int[] values) {
    long hash = of(key, values.length);
    for (int value : values) {
      hash = of(hash, value);
    }
    return hash;
  }

  /** Maps a hash to a number in [0, 1). */
  public static double unit(long hash) {
    return (hash >>> 11) * 0x1.0p-53;
  }

  /** Maps a hash to a number in [0, bound), the high half of their product. */
  public static int below(long hash, int bound) {
    return (int) Math.multiplyHigh(hash >>> 1, (long) bound << 1);
  }

  /** Returns a permutation of 0 … n − 1 (Fisher-Yates) that depends on the key only. */
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
