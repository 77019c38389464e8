package org.palimpsest.dl4j.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;

/**
 * e^x for arrays, accurate to about one unit in the last place: x = k·ln 2 + r with a polynomial
 * for e^r (from the Cephes library), and k added to the exponent bits.
 *
 * <p>The JIT compiler vectorizes every loop. Java 17 does not vectorize conversions between float
 * and int; a copy to native memory, which is read back as the other type, replaces them and stays
 * in the first-level cache.
 */
final class Exponential {
  /** Added to a small number, it leaves the number's integer part in the lowest bits. */
  private static final float MAGIC = 12582912f;

  private static final float LOWEST = -87f;
  private static final float HIGHEST = 88f;
  private static final float LOG2_E = 1.442695f;
  private static final float LN2_HIGH = 0.6933594f;
  private static final float LN2_LOW = -2.12194440e-4f;
  private static final int PIECE = 2048;

  private final float[] shifted = new float[PIECE];
  private final float[] power = new float[PIECE];
  private final int[] exponents = new int[PIECE];
  private final int[] bits = new int[PIECE];
  private final FloatBuffer floats;
  private final IntBuffer integers;

  Exponential() {
    ByteBuffer memory =
        ByteBuffer.allocateDirect(2 * PIECE * Float.BYTES).order(ByteOrder.nativeOrder());
    floats = memory.asFloatBuffer();
    integers = memory.asIntBuffer();
  }

  /** Replaces each of the first {@code count} elements by its exponential, without overflow. */
  void apply(float[] x, int count) {
    for (int from = 0; from < count; from += PIECE) {
      piece(x, from, Math.min(PIECE, count - from));
    }
  }

  private void piece(float[] x, int from, int count) {
    split(x, from, count, shifted, power);
    floats.put(0, shifted, 0, count).put(PIECE, power, 0, count);
    integers.get(0, exponents, 0, count).get(PIECE, bits, 0, count);
    join(exponents, bits, count);
    integers.put(0, bits, 0, count);
    floats.get(0, x, from, count);
  }

  private static void split(float[] x, int from, int count, float[] shifted, float[] power) {
    for (int i = 0; i < count; i++) {
      float value = Math.min(HIGHEST, Math.max(LOWEST, x[from + i]));
      float moved = value * LOG2_E + MAGIC;
      float k = moved - MAGIC;
      float r = value - k * LN2_HIGH - k * LN2_LOW;
      float p = 1.9875691E-4f;
      p = p * r + 0.0013981999f;
      p = p * r + 0.008333452f;
      p = p * r + 0.041665796f;
      p = p * r + 0.16666666f;
      p = p * r + 0.5f;
      shifted[i] = moved;
      power[i] = p * r * r + r + 1f;
    }
  }

  private static void join(int[] exponents, int[] bits, int count) {
    for (int i = 0; i < count; i++) {
      bits[i] += exponents[i] << 23;
    }
  }
}
