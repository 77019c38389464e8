package org.palimpsest.base;

/**
 * The finalizer of SplitMix64, the one mixing function of all counter-based randomness (Steele,
 * Lea, Flood: "Fast splittable pseudorandom number generators", 2014; variant 13 of Stafford).
 *
 * <p>Corpora, corrupted examples and checkpoints depend on its values: changing it changes them
 * all.
 */
public final class SplitMix {
  /** 2^64 divided by the golden ratio, the increment between counters. */
  public static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private SplitMix() {}

  /** Mixes all 64 bits. A bijection: different inputs give different outputs. */
  public static long mix(long z) {
    long a = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    long b = (a ^ (a >>> 27)) * 0x94D049BB133111EBL;
    return b ^ (b >>> 31);
  }
}
