package org.palimpsest.objective.corruption;

import org.palimpsest.base.SplitMix;

/**
 * Random numbers as a function: draw n of a stage is computed from (seed, epoch, example id, stage,
 * n) and from nothing else, so the same example is corrupted in the same way wherever and whenever
 * that happens.
 *
 * <p>The four numbers are folded, one after the other, through the 64-bit finalizer of Stafford
 * (variant 13, as in {@code java.util.SplittableRandom}), which is a bijection: for fixed others
 * each of them changes the key. Key k and a second, odd number g derived from it make the stage's
 * sequence {@code mix(k + n·g)}, the generator of Steele, Lea and Flood, "Fast splittable
 * pseudorandom number generators" (OOPSLA 2014); because g differs from stage to stage, sequences
 * do not run into each other.
 *
 * <p>The sequence is part of the corpus format: a changed constant changes every corrupted example.
 */
public final class NoiseRandom {
  /** Choice of a mixture's part. */
  public static final int MIXTURE = 1;

  /** Noise mask. */
  public static final int NOISE = 2;

  /** Source function. */
  public static final int SOURCE = 3;

  /** Structural step i has stage STEP + i, so that another noise leaves the steps as they were. */
  public static final int STEP = 16;

  private static final double UNIT = 0x1.0p-53;

  private long example;
  private long gamma;
  private long stage;
  private long state;

  /** Chooses the example; {@link #stage} must follow. */
  public NoiseRandom example(long seed, long epoch, long id) {
    example =
        SplitMix.mix(
            SplitMix.mix(SplitMix.mix(seed + SplitMix.GOLDEN) + epoch + SplitMix.GOLDEN)
                + id
                + SplitMix.GOLDEN);
    return this;
  }

  /** Goes to the first draw of a stage of the chosen example. */
  public NoiseRandom stage(int stage) {
    this.stage = SplitMix.mix(example + stage * SplitMix.GOLDEN);
    return begin(this.stage);
  }

  /** Goes to the first draw of part {@code part} of the chosen stage; each part has its own. */
  public NoiseRandom part(int part) {
    return begin(SplitMix.mix(~stage + (part + 1) * SplitMix.GOLDEN));
  }

  private NoiseRandom begin(long key) {
    state = key;
    gamma = oddGamma(key + SplitMix.GOLDEN);
    return this;
  }

  /** The next 64 random bits. */
  public long next() {
    state += gamma;
    return SplitMix.mix(state);
  }

  /** Uniform in [0, bound), without bias (Lemire, "Fast random integer generation", 2019). */
  public int below(int bound) {
    long product = (next() >>> 32) * bound;
    if ((product & 0xFFFFFFFFL) < bound) {
      long floor = (1L << 32) % bound;
      while ((product & 0xFFFFFFFFL) < floor) {
        product = (next() >>> 32) * bound;
      }
    }
    return (int) (product >>> 32);
  }

  /** Uniform in [0, 1), a multiple of 2^-53. */
  public double unit() {
    return (next() >>> 11) * UNIT;
  }

  /** What {@link #chance(long)} compares with, for an event of this probability. */
  public static long threshold(double probability) {
    return (long) (probability * 0x1.0p53);
  }

  /** Whether an event happens whose {@link #threshold} this is. */
  public boolean chance(long threshold) {
    return (next() >>> 11) < threshold;
  }

  private static long oddGamma(long value) {
    long z = (value ^ (value >>> 33)) * 0xFF51AFD7ED558CCDL;
    z = (z ^ (z >>> 33)) * 0xC4CEB9FE1A85EC53L;
    z = (z ^ (z >>> 33)) | 1L;
    // Few bit changes would make neighboring draws alike.
    return Long.bitCount(z ^ (z >>> 1)) < 24 ? z ^ 0xAAAAAAAAAAAAAAAAL : z;
  }
}
