package org.palimpsest.dl4j.spark;

/**
 * Randomness as a function: 64-bit values from keys, by the finalizer of SplitMix64 (Steele, Lea,
 * Flood: "Fast splittable pseudorandom number generators", 2014).
 */
final class Hash {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private Hash() {}

  static long of(long... keys) {
    long hash = 0;
    for (long key : keys) {
      hash = mix(mix(hash + GOLDEN) ^ (key + GOLDEN));
    }
    return hash;
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** A hash as a number in [0, bound), by the high half of the product. */
  static int below(long hash, int bound) {
    return (int) Math.multiplyHigh(hash >>> 1, (long) bound << 1);
  }
}
