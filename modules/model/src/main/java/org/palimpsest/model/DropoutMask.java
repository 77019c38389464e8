package org.palimpsest.model;

import org.palimpsest.base.SplitMix;

/**
 * Dropout as a function of key, site and element, independent of threads and of earlier draws, so
 * that all engines drop the same elements. The generator is counter-based: {@link SplitMix} over a
 * keyed counter, four 16-bit lanes per draw, so the probability is exact to 1/65536.
 */
public final class DropoutMask {
  private final int threshold;
  private final int kept;

  /** A mask for a probability from 0 to below 1. */
  public DropoutMask(double probability) {
    threshold = (int) Math.round(probability * 65536);
    kept = Float.floatToRawIntBits(65536f / (65536 - threshold));
  }

  /** Elements whose 16 bits are below this, as an unsigned number, are dropped. */
  public int threshold() {
    return threshold;
  }

  /** The factor of the elements that are kept: 1 / (1 − p). */
  public float factor() {
    return Float.intBitsToFloat(kept);
  }

  /** Whether the probability is 0. */
  public boolean isSilent() {
    return threshold == 0;
  }

  /**
   * Fills {@code count} elements with 0 or 1 / (1 − p), as the bits of floats. Branch-free: a
   * branch would be mispredicted at every dropped element.
   *
   * @param site number of the dropout in the network; sites draw different masks
   */
  public void fill(DropoutKey key, int site, int[] into, int count) {
    long stream = stream(key, site);
    int whole = count & ~3;
    for (int i = 0; i < whole; i += 4) {
      long bits = SplitMix.mix(stream + SplitMix.GOLDEN * i);
      into[i] = lane((int) bits & 0xFFFF);
      into[i + 1] = lane((int) (bits >>> 16) & 0xFFFF);
      into[i + 2] = lane((int) (bits >>> 32) & 0xFFFF);
      into[i + 3] = lane((int) (bits >>> 48));
    }
    long bits = SplitMix.mix(stream + SplitMix.GOLDEN * whole);
    for (int i = whole; i < count; i++, bits >>>= 16) {
      into[i] = lane((int) bits & 0xFFFF);
    }
  }

  private int lane(int sixteenBits) {
    return kept & ~((sixteenBits - threshold) >> 31);
  }

  /**
   * The start of a site's counter. The draw for the elements 4i to 4i + 3 is {@link SplitMix#mix}
   * of this plus 4i·{@link SplitMix#GOLDEN}; its lowest 16 bits belong to the first of them.
   */
  public static long stream(DropoutKey key, int site) {
    long state = SplitMix.mix(key.seed() + SplitMix.GOLDEN);
    state = SplitMix.mix(state ^ key.step() * SplitMix.GOLDEN);
    state = SplitMix.mix(state ^ ((long) key.rank() << 32 | key.microBatch()) * SplitMix.GOLDEN);
    return SplitMix.mix(state ^ (site + 1) * SplitMix.GOLDEN);
  }
}
