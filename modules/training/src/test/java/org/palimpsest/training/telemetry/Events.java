package org.palimpsest.training.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/** Reads event files according to the definition of the format, without code of the writer. */
final class Events {
  private Events() {}

  /** A scalar; the first record of a file has the version as its tag. */
  record Scalar(String tag, long step, double wallTime, float value) {}

  static List<Scalar> read(byte[] file) {
    ByteBuffer records = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    List<Scalar> scalars = new ArrayList<>();
    while (records.hasRemaining()) {
      byte[] header = new byte[8];
      records.get(header);
      assertThat(records.getInt()).as("checksum of a length").isEqualTo(masked(header));
      long length = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).getLong();
      byte[] message = new byte[(int) length];
      records.get(message);
      assertThat(records.getInt()).as("checksum of a message").isEqualTo(masked(message));
      scalars.add(event(ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN)));
    }
    return scalars;
  }

  private static int masked(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, bytes.length);
    long value = crc.getValue();
    return (int) (((value >>> 15) | (value << 17)) + 0xa282ead8L);
  }

  private static Scalar event(ByteBuffer message) {
    String tag = "";
    long step = 0;
    double time = 0;
    float value = 0;
    while (message.hasRemaining()) {
      long key = varint(message);
      switch ((int) key) {
        case 1 << 3 | 1 -> time = message.getDouble();
        case 2 << 3 -> step = varint(message);
        case 3 << 3 | 2 -> tag = text(message);
        case 5 << 3 | 2 -> {
          varint(message);
          assertThat(varint(message)).as("Summary.value").isEqualTo(1 << 3 | 2);
          varint(message);
          assertThat(varint(message)).as("Value.tag").isEqualTo(1 << 3 | 2);
          tag = text(message);
          assertThat(varint(message)).as("Value.simple_value").isEqualTo(2 << 3 | 5);
          value = message.getFloat();
        }
        default -> throw new AssertionError("field " + (key >> 3));
      }
    }
    return new Scalar(tag, step, time, value);
  }

  private static String text(ByteBuffer message) {
    byte[] bytes = new byte[(int) varint(message)];
    message.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static long varint(ByteBuffer message) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte part = message.get();
      value |= (long) (part & 0x7f) << shift;
      if (part >= 0) {
        return value;
      }
    }
  }
}
