package org.palimpsest.tasks.finetuning;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * An encoded source and its target.
 *
 * @param source token ids without {@code <s>} and {@code </s>}
 * @param target token ids without {@code <s>} and {@code </s>}
 * @param reference text of the target for held-out pairs, otherwise empty
 */
record Pair(int[] source, int[] target, String reference) {

  /** Encodes the pair; numbers take one byte per seven bits. */
  byte[] bytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(2 * (source.length + target.length));
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      write(out, source);
      write(out, target);
      byte[] text = reference.getBytes(StandardCharsets.UTF_8);
      write(out, text.length);
      out.write(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static Pair read(InputStream bytes) throws IOException {
    DataInputStream in = new DataInputStream(bytes);
    int[] source = readIds(in);
    int[] target = readIds(in);
    byte[] text = new byte[readCount(in)];
    in.readFully(text);
    return new Pair(source, target, new String(text, StandardCharsets.UTF_8));
  }

  private static void write(DataOutputStream out, int[] ids) throws IOException {
    write(out, ids.length);
    for (int id : ids) {
      write(out, id);
    }
  }

  private static void write(DataOutputStream out, int number) throws IOException {
    int left = number;
    while (left > 0x7F) {
      out.write((left & 0x7F) | 0x80);
      left >>>= 7;
    }
    out.write(left);
  }

  private static int[] readIds(DataInputStream in) throws IOException {
    int[] ids = new int[readCount(in)];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = readNumber(in);
    }
    return ids;
  }

  /** A number of things that follow, each of at least one byte. */
  private static int readCount(DataInputStream in) throws IOException {
    int count = readNumber(in);
    if (count < 0 || count > in.available()) {
      throw new IOException("more numbers than bytes");
    }
    return count;
  }

  private static int readNumber(DataInputStream in) throws IOException {
    int number = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      int bits = in.readUnsignedByte();
      number |= (bits & 0x7F) << shift;
      if (bits < 0x80) {
        return number;
      }
    }
    throw new IOException("invalid number");
  }
}
