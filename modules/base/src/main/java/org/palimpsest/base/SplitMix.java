package org.palimpsest.base;

/** The finaliser of SplitMix64 (Steele, Lea, Flood 2014): draws that are functions of counters. */
public final class SplitMix {
  /** 2^64 over the golden ratio: what counters are multiplied by. */
  public static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private SplitMix() {}

  /** The finaliser, variant 13 of Stafford: a bijection. */
  public static long mix(long z) {
    long a = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    long b = (a ^ (a >>> 27)) * 0x94D049BB133111EBL;
    return b ^ (b >>> 31);
  }
}
