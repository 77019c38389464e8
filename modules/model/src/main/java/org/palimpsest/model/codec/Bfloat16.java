package org.palimpsest.model.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The upper half of a float, rounded to nearest, ties to even. NaN stays NaN. */
public record Bfloat16() implements Codec {
  private static final int LOST_BITS = 16;
  private static final int QUIET = 0x40;

  @Override
  public int bytes(int count) {
    return Math.multiplyExact(count, Short.BYTES);
  }

  @Override
  public void encode(float[] values, int offset, int count, ByteBuffer out) {
    out.order(ByteOrder.LITTLE_ENDIAN);
    for (int i = offset; i < offset + count; i++) {
      out.putShort(upperHalf(values[i]));
    }
  }

  private static short upperHalf(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) ((bits >>> LOST_BITS) | QUIET);
    }
    int toEven = 0x7fff + ((bits >>> LOST_BITS) & 1);
    return (short) ((bits + toEven) >>> LOST_BITS);
  }

  @Override
  public void decode(ByteBuffer in, float[] into, int offset, int count) {
    in.order(ByteOrder.LITTLE_ENDIAN);
    for (int i = offset; i < offset + count; i++) {
      into[i] = Float.intBitsToFloat(in.getShort() << LOST_BITS);
    }
  }
}
