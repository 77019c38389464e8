package org.palimpsest.training.telemetry;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * Writes an event file of TensorBoard: a TFRecord file of {@code Event} messages, as TensorFlow's
 * {@code record_writer.cc} and {@code event.proto} define them. A record is its length (8 bytes),
 * the length's checksum (4), the message, the message's checksum (4), all little-endian. Checksums
 * are masked CRC-32C, because the plain CRC of data that contains CRCs is weak. Written by hand,
 * because TensorFlow's own writer would add its native libraries.
 */
final class EventFile {
  private static final int MASK_DELTA = 0xa282ead8;
  private static final int MASK_SHIFT = 15;

  /** An upper bound, because a tag has at most 100 bytes. */
  private static final int MESSAGE_BYTES = 256;

  // Fields of Event, Summary and Summary.Value, with their wire types.
  private static final int WALL_TIME = 1 << 3 | 1;
  private static final int STEP = 2 << 3;
  private static final int FILE_VERSION = 3 << 3 | 2;
  private static final int SUMMARY = 5 << 3 | 2;
  private static final int VALUE = 1 << 3 | 2;
  private static final int TAG = 1 << 3 | 2;
  private static final int SIMPLE_VALUE = 2 << 3 | 5;

  private final OutputStream out;

  /** Starts a file with its version, as readers expect. */
  EventFile(OutputStream out, double wallTime) throws IOException {
    this.out = out;
    ByteBuffer message = message().put((byte) WALL_TIME).putDouble(wallTime);
    put(message, FILE_VERSION, "brain.Event:2".getBytes(StandardCharsets.UTF_8));
    record(message);
  }

  /**
   * Appends a scalar.
   *
   * @param wallTime seconds since 1970
   */
  void scalar(String tag, long step, double wallTime, double value) throws IOException {
    ByteBuffer inner = message();
    put(inner, TAG, tag.getBytes(StandardCharsets.UTF_8));
    inner.put((byte) SIMPLE_VALUE).putFloat((float) value);
    ByteBuffer summary = message();
    put(summary, VALUE, bytes(inner));
    ByteBuffer message = message().put((byte) WALL_TIME).putDouble(wallTime).put((byte) STEP);
    putVarint(message, step);
    put(message, SUMMARY, bytes(summary));
    record(message);
  }

  private static ByteBuffer message() {
    return ByteBuffer.allocate(MESSAGE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static byte[] bytes(ByteBuffer message) {
    byte[] bytes = new byte[message.position()];
    message.flip().get(bytes);
    return bytes;
  }

  private static void put(ByteBuffer message, int field, byte[] bytes) {
    message.put((byte) field);
    putVarint(message, bytes.length);
    message.put(bytes);
  }

  private static void putVarint(ByteBuffer message, long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      message.put((byte) (rest | 0x80));
      rest >>>= 7;
    }
    message.put((byte) rest);
  }

  private void record(ByteBuffer message) throws IOException {
    byte[] data = bytes(message);
    ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    length.putLong(data.length);
    out.write(length.array());
    out.write(checksum(length.array()));
    out.write(data);
    out.write(checksum(data));
  }

  private static byte[] checksum(byte[] bytes) {
    ByteBuffer four = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    return four.putInt(masked(bytes)).array();
  }

  /** The masked checksum of a record: the CRC rotated right by 15 bits, plus a constant. */
  static int masked(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, bytes.length);
    return Integer.rotateRight((int) crc.getValue(), MASK_SHIFT) + MASK_DELTA;
  }
}
