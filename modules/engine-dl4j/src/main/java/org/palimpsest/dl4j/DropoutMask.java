package org.palimpsest.dl4j;

import org.palimpsest.model.NoiseKey;

/**
 * Dropout as a function of the key, the site and the element, so that it does not depend on threads
 * or on what was drawn before; the same function as the engine torch draws from. A counter-based
 * generator: SplitMix64's finaliser (Steele, Lea, Flood 2014) over a keyed counter, four 16-bit
 * lanes a draw; the probability is therefore exact to 1/65536.
 */
final class DropoutMask {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private final int threshold;
  private final int kept;

  DropoutMask(double probability) {
    threshold = (int) Math.round(probability * 65536);
    kept = Float.floatToRawIntBits(65536f / (65536 - threshold));
  }

  boolean isSilent() {
    return threshold == 0;
  }

  /** Fills {@code count} elements with 0 or 1 / (1 − p), as the bits of floats. */
  void fill(NoiseKey key, int site, int[] into, int count) {
    long stream = stream(key, site);
    int whole = count & ~3;
    for (int i = 0; i < whole; i += 4) {
      long bits = mix(stream + GOLDEN * i);
      into[i] = lane((int) bits & 0xFFFF);
      into[i + 1] = lane((int) (bits >>> 16) & 0xFFFF);
      into[i + 2] = lane((int) (bits >>> 32) & 0xFFFF);
      into[i + 3] = lane((int) (bits >>> 48));
    }
    long bits = mix(stream + GOLDEN * whole);
    for (int i = whole; i < count; i++, bits >>>= 16) {
      into[i] = lane((int) bits & 0xFFFF);
    }
  }

  private int lane(int sixteenBits) {
    return kept & ~((sixteenBits - threshold) >> 31);
  }

  private static long stream(NoiseKey key, int site) {
    long state = mix(key.seed() + GOLDEN);
    state = mix(state ^ key.step() * GOLDEN);
    state = mix(state ^ ((long) key.rank() << 32 | key.microBatch()) * GOLDEN);
    return mix(state ^ (site + 1) * GOLDEN);
  }

  private static long mix(long z) {
    long a = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    long b = (a ^ (a >>> 27)) * 0x94D049BB133111EBL;
    return b ^ (b >>> 31);
  }
}
