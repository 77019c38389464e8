package org.palimpsest.storage.huggingface;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/** The element types of safetensors. */
public enum Dtype {
  F64(8),
  F32(4),
  F16(2),
  BF16(2),
  I64(8),
  I32(4),
  I16(2),
  I8(1),
  U64(8),
  U32(4),
  U16(2),
  U8(1),
  F8_E5M2(1),
  F8_E4M3(1),
  BOOL(1);

  /** Bytes of the smallest element that parameters can be read from. */
  static final int SMALLEST = 2;

  private final int bytes;

  Dtype(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }

  static Optional<Dtype> named(String name) {
    return Arrays.stream(values()).filter(dtype -> dtype.name().equals(name)).findFirst();
  }

  /** Whether parameters can be read from it. */
  boolean isReadable() {
    return this == F64 || this == F32 || this == F16 || this == BF16;
  }

  /** Takes {@code count} elements from a little-endian buffer. */
  void decode(ByteBuffer from, float[] into, int count) {
    if (this == F32) {
      from.asFloatBuffer().get(into, 0, count);
      return;
    }
    for (int i = 0; i < count; i++) {
      into[i] =
          switch (this) {
            case F64 -> (float) from.getDouble();
            case BF16 -> Float.intBitsToFloat(from.getShort() << 16);
            case F16 -> half(from.getShort());
            default -> throw new IllegalStateException("not a float: " + this);
          };
    }
  }

  /** IEEE 754 binary16 to binary32; exact, for every half is a float. */
  static float half(short bits) {
    int sign = (bits & 0x8000) << 16;
    int exponent = (bits >>> 10) & 0x1F;
    int fraction = bits & 0x3FF;
    if (exponent == 0) {
      float magnitude = fraction * 0x1p-24f;
      return sign == 0 ? magnitude : -magnitude;
    }
    int wide = exponent == 0x1F ? 0xFF : exponent - 15 + 127;
    return Float.intBitsToFloat(sign | wide << 23 | fraction << 13);
  }
}
