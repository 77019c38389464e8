package org.palimpsest.storage.pickle;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.palimpsest.storage.bytes.ByteSource;

/** Archives like those of {@code torch.save}, and unlike them. */
public final class TorchArchive {
  public static final String ROOT = "archive/";

  private static final int EXTRA_64_BYTES = 28;

  private final Map<String, byte[]> entries = new LinkedHashMap<>();
  private boolean large;
  private int method;
  private long hole;

  /** An archive with a pickle in which each character is a byte. */
  public static TorchArchive of(String pickle) {
    return new TorchArchive().with("data.pkl", pickle.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** An archive of a dictionary of {@link #tensor}s. */
  public static TorchArchive ofTensors(String... tensors) {
    return of("\u0080\u0002}(" + String.join("", tensors) + "u.");
  }

  /** The name and the value of a tensor, for a dictionary. */
  public static String tensor(
      String name, String type, String key, int size, int offset, int[] shape, int[] strides) {
    return text(name)
        + "ctorch._utils\n_rebuild_tensor_v2\n(("
        + text("storage")
        + "ctorch\n"
        + type
        + "\n"
        + text(key)
        + text("cpu")
        + number(size)
        + "tQ"
        + number(offset)
        + tuple(shape)
        + tuple(strides)
        + "\u0089ccollections\nOrderedDict\n)RtR";
  }

  /** A text. */
  public static String text(String text) {
    return "X" + number(text.length()).substring(1) + text;
  }

  /** A whole number of four bytes. */
  public static String number(int number) {
    byte[] bytes = little(Integer.BYTES).putInt(number).array();
    return "J" + new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private static String tuple(int... numbers) {
    StringBuilder tuple = new StringBuilder("(");
    Arrays.stream(numbers).mapToObj(TorchArchive::number).forEach(tuple::append);
    return tuple.append('t').toString();
  }

  public TorchArchive with(String name, byte[] content) {
    entries.put(ROOT + name, content);
    return this;
  }

  /** With a storage of fp32. */
  public TorchArchive with(String key, ByteOrder order, float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(order);
    bytes.asFloatBuffer().put(values);
    return with("data/" + key, bytes.array());
  }

  /** Says that entries are compressed so. */
  TorchArchive method(int number) {
    method = number;
    return this;
  }

  /** Puts all sizes and places where archives of more than 4 GiB have them. */
  TorchArchive large() {
    large = true;
    return this;
  }

  /** Leaves as many bytes free before the first entry. */
  TorchArchive after(long bytes) {
    hole = bytes;
    return large();
  }

  /** Without the free bytes. */
  public byte[] bytes() {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    ByteArrayOutputStream directory = new ByteArrayOutputStream();
    entries.forEach(
        (name, content) -> {
          directory.writeBytes(entry(name, content.length, file.size()));
          file.writeBytes(local(name, content.length));
          file.writeBytes(content);
        });
    long begin = file.size() + hole;
    file.writeBytes(directory.toByteArray());
    file.writeBytes(end(begin, directory.size()));
    return file.toByteArray();
  }

  /** With the free bytes, which are zero but for the first, the sign of an archive. */
  ByteSource source() {
    byte[] bytes = bytes();
    return new ByteSource() {
      @Override
      public long size() {
        return hole + bytes.length;
      }

      @Override
      public ByteBuffer at(long position, int count) throws EOFException {
        if (position + count > size()) {
          throw new EOFException();
        }
        ByteBuffer piece = little(count);
        for (int i = 0; i < count; i++) {
          long place = position + i;
          long stored = place < Integer.BYTES ? place : place - hole;
          piece.put(i, stored < 0 ? 0 : bytes[(int) stored]);
        }
        return piece;
      }

      @Override
      public void close() {}
    };
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static byte[] written(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.flip().remaining()];
    buffer.get(bytes);
    return bytes;
  }

  private byte[] local(String name, int size) {
    ByteBuffer header = little(30 + name.length());
    header.putInt(0x04034b50).putShort((short) 45).putShort((short) 0).putShort((short) method);
    header.putInt(0).putInt(0).putInt(size).putInt(size);
    header.putShort((short) name.length()).putShort((short) 0);
    return written(header.put(name.getBytes(StandardCharsets.ISO_8859_1)));
  }

  private byte[] entry(String name, int size, long place) {
    int extra = large ? EXTRA_64_BYTES : 0;
    ByteBuffer header = little(46 + name.length() + extra);
    header.putInt(0x02014b50).putShort((short) 45).putShort((short) 45).putShort((short) 0);
    header.putShort((short) method).putInt(0).putInt(0);
    header.putInt(large ? -1 : size).putInt(large ? -1 : size);
    header.putShort((short) name.length()).putShort((short) extra).putShort((short) 0);
    header.putShort((short) 0).putShort((short) 0).putInt(0).putInt(large ? -1 : (int) place);
    header.put(name.getBytes(StandardCharsets.ISO_8859_1));
    if (large) {
      header.putShort((short) 1).putShort((short) 24);
      header.putLong(size).putLong(size).putLong(place + hole);
    }
    return written(header);
  }

  private byte[] end(long begin, int size) {
    ByteBuffer end = little(large ? 56 + 20 + 22 : 22);
    if (large) {
      end.putInt(0x06064b50).putLong(44).putShort((short) 45).putShort((short) 45);
      end.putInt(0).putInt(0).putLong(entries.size()).putLong(entries.size());
      end.putLong(size).putLong(begin);
      end.putInt(0x07064b50).putInt(0).putLong(begin + size).putInt(1);
    }
    end.putInt(0x06054b50).putShort((short) 0).putShort((short) 0);
    end.putShort((short) entries.size()).putShort((short) entries.size());
    end.putInt(large ? -1 : size).putInt(large ? -1 : (int) begin).putShort((short) 0);
    return written(end);
  }
}
