package org.palimpsest.model.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** fp32, the exact encoding. */
public record Float32() implements Codec {
  @Override
  public int bytes(int count) {
    return Math.multiplyExact(count, Float.BYTES);
  }

  @Override
  public void encode(float[] values, int offset, int count, ByteBuffer out) {
    out.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values, offset, count);
    out.position(out.position() + bytes(count));
  }

  @Override
  public void decode(ByteBuffer in, float[] into, int offset, int count) {
    in.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(into, offset, count);
    in.position(in.position() + bytes(count));
  }
}
