package org.palimpsest.model.codec;

import java.nio.ByteBuffer;

/**
 * Encodes floats as bytes, little-endian, and decodes them. The same input gives the same bytes.
 */
public sealed interface Codec permits Float32, Bfloat16, Int8Blocks {

  /** Number of bytes of {@code count} encoded numbers. */
  int bytes(int count);

  /** Encodes {@code count} numbers, starting at {@code offset}, at the buffer's position. */
  void encode(float[] values, int offset, int count, ByteBuffer out);

  /**
   * Decodes {@code count} numbers from the buffer's position into {@code into} at {@code offset}.
   */
  void decode(ByteBuffer in, float[] into, int offset, int count);
}
