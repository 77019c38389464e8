package org.palimpsest.model.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Blocks of {@value #BLOCK} numbers: a scale, the largest magnitude divided by 127, as a float;
 * then each number as a multiple of the scale in one byte, rounded to nearest, ties to even. The
 * error is at most half the scale. A block with a number that is not finite decodes to NaN, so that
 * a check of the sum finds it.
 */
public record Int8Blocks() implements Codec {
  /** Numbers of a block. */
  public static final int BLOCK = 256;

  private static final int STEPS = 127;

  @Override
  public int bytes(int count) {
    return Math.addExact(count, Math.multiplyExact((count + BLOCK - 1) / BLOCK, Float.BYTES));
  }

  @Override
  public void encode(float[] values, int offset, int count, ByteBuffer out) {
    out.order(ByteOrder.LITTLE_ENDIAN);
    for (int from = offset; from < offset + count; from += BLOCK) {
      block(values, from, Math.min(from + BLOCK, offset + count), out);
    }
  }

  private static void block(float[] values, int from, int to, ByteBuffer out) {
    float largest = 0;
    for (int i = from; i < to; i++) {
      largest = Math.max(largest, Math.abs(values[i])); // Math.max keeps a NaN.
    }
    float step = largest / STEPS;
    boolean finite = Float.isFinite(largest);
    out.putFloat(finite ? step : Float.NaN);
    float steps = finite && step > 0 ? 1 / step : 0;
    // Numbers so small that the inverse of the scale overflows become 0.
    steps = Float.isFinite(steps) ? steps : 0;
    for (int i = from; i < to; i++) {
      out.put(rounded(finite ? values[i] * steps : 0));
    }
  }

  private static byte rounded(float steps) {
    return (byte) Math.max(-STEPS, Math.min(STEPS, Math.rint(steps)));
  }

  @Override
  public void decode(ByteBuffer in, float[] into, int offset, int count) {
    in.order(ByteOrder.LITTLE_ENDIAN);
    for (int from = offset; from < offset + count; from += BLOCK) {
      float step = in.getFloat();
      for (int i = from; i < Math.min(from + BLOCK, offset + count); i++) {
        into[i] = in.get() * step;
      }
    }
  }
}
