package org.palimpsest.training.exchange;

import java.nio.ByteBuffer;

/** Packs numbers into bytes, little-endian, and back. The same input gives the same bytes. */
public sealed interface Codec permits Float32, Bfloat16, Int8Blocks {

  /** How many bytes so many numbers take. */
  int bytes(int count);

  /** Packs {@code count} numbers from {@code offset} on, at the buffer's position. */
  void encode(float[] values, int offset, int count, ByteBuffer out);

  /** Unpacks {@code count} numbers from the buffer's position. */
  void decode(ByteBuffer in, float[] into, int offset, int count);
}
