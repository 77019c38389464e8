package org.palimpsest.storage.tokenizer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.NoSuchElementException;

/**
 * A message of Protocol Buffers, read field by field. Each read is bounded by the message, so that
 * damaged bytes end in an exception.
 */
final class WireFormat {
  private static final int TYPE_BITS = 3;
  private static final int VARINT = 0;
  private static final int FIXED_64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED_32 = 5;
  private static final int GROUP = 7;
  private static final int LONGEST_VARINT = 64;

  private final ByteBuffer message;
  private int type;

  WireFormat(ByteBuffer message) {
    this.message = message.slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Whether there is another field. */
  boolean hasNext() {
    return message.hasRemaining();
  }

  /** Begins the next field, and returns its number. */
  int next() {
    long tag = varint();
    type = (int) (tag & GROUP);
    return (int) (tag >>> TYPE_BITS);
  }

  /** Returns the value of this field as a whole number. */
  long number() {
    require(VARINT);
    return varint();
  }

  boolean flag() {
    return number() != 0;
  }

  float real() {
    require(FIXED_32);
    return piece(Float.BYTES).getFloat();
  }

  /** Returns the value of this field as a message or as bytes. */
  ByteBuffer bytes() {
    require(BYTES);
    return piece(varint());
  }

  String text() {
    return StandardCharsets.UTF_8.decode(bytes()).toString();
  }

  /** Passes over the value of this field. */
  void skip() {
    switch (type) {
      case VARINT -> varint();
      case FIXED_64 -> piece(Long.BYTES);
      case BYTES -> bytes();
      case FIXED_32 -> piece(Integer.BYTES);
      default -> throw new NoSuchElementException("a field of the unknown type " + type);
    }
  }

  private void require(int expected) {
    if (type != expected) {
      throw new NoSuchElementException("a field of the type " + type + ", not " + expected);
    }
  }

  private ByteBuffer piece(long length) {
    if (length < 0 || length > message.remaining()) {
      throw new NoSuchElementException("a field that is longer than its message");
    }
    ByteBuffer piece =
        message.slice(message.position(), (int) length).order(ByteOrder.LITTLE_ENDIAN);
    message.position(message.position() + (int) length);
    return piece;
  }

  private long varint() {
    long value = 0;
    for (int shift = 0; shift < LONGEST_VARINT; shift += Byte.SIZE - 1) {
      byte next = piece(1).get();
      value |= (long) (next & Byte.MAX_VALUE) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new NoSuchElementException("a number of more than 64 bits");
  }
}
