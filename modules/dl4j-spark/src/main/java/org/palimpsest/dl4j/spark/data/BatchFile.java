package org.palimpsest.dl4j.spark.data;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Iterator;
import java.util.zip.CRC32C;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.PalimpsestException.Kind;
import org.palimpsest.storage.Reason;

/**
 * A file of numbered byte strings, each found with one read of the index at the file's end.
 *
 * <p>Big-endian: for each string its length (int), its CRC-32C (int), its bytes; then the position
 * of every string (long); then their number (long), the position of the index (long), and a mark
 * (long).
 */
final class BatchFile implements AutoCloseable {
  private static final long MARK = 0x50414C2D50494543L;
  private static final int TRAILER = 3 * Long.BYTES;

  private final Path path;
  private final FSDataInputStream in;
  private final long count;
  private final long index;

  private BatchFile(Path path, FSDataInputStream in, long count, long index) {
    this.path = path;
    this.in = in;
    this.count = count;
    this.index = index;
  }

  /** Writes a file; the index takes 8 bytes of memory per string. Returns the number of strings. */
  static long write(Iterator<byte[]> batches, OutputStream stream) throws IOException {
    DataOutputStream out = new DataOutputStream(stream);
    Positions positions = new Positions();
    long at = 0;
    while (batches.hasNext()) {
      byte[] batch = batches.next();
      positions.add(at);
      out.writeInt(batch.length);
      out.writeInt(checksum(batch));
      out.write(batch);
      at += 2L * Integer.BYTES + batch.length;
    }
    positions.writeTo(out);
    out.writeLong(positions.count);
    out.writeLong(at);
    out.writeLong(MARK);
    out.flush();
    return positions.count;
  }

  /** A growing array of longs. */
  private static final class Positions {
    private long[] values = new long[1 << 10];
    private int count;

    void add(long position) {
      if (count == values.length) {
        values = java.util.Arrays.copyOf(values, 2 * count);
      }
      values[count++] = position;
    }

    void writeTo(DataOutputStream out) throws IOException {
      for (int i = 0; i < count; i++) {
        out.writeLong(values[i]);
      }
    }
  }

  private static int checksum(byte[] bytes) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes, 0, bytes.length);
    return (int) checksum.getValue();
  }

  /**
   * Opens a file of a known size.
   *
   * @throws PalimpsestException of kind INPUT if it is damaged or cannot be read
   */
  static BatchFile open(FileSystem files, Path path, long size) {
    try {
      FSDataInputStream in = files.open(path);
      in.seek(size - TRAILER);
      long count = in.readLong();
      long index = in.readLong();
      boolean fits = count >= 0 && count <= size / Long.BYTES && index >= 0;
      if (in.readLong() != MARK || !fits || index + count * Long.BYTES + TRAILER != size) {
        in.close();
        throw damaged(path);
      }
      return new BatchFile(path, in, count, index);
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  /** One string by its number, from 0. */
  byte[] read(long number) {
    if (number >= count) {
      throw damaged(path); // Its manifest has more.
    }
    try {
      in.seek(index + number * Long.BYTES);
      in.seek(in.readLong());
      int length = in.readInt();
      int checksum = in.readInt();
      if (length < 0 || length > index) {
        throw damaged(path);
      }
      byte[] batch = new byte[length];
      in.readFully(batch);
      if (checksum(batch) != checksum) {
        throw damaged(path);
      }
      return batch;
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  private static PalimpsestException damaged(Path path) {
    return PalimpsestException.input(
        path + " is damaged: delete its folder, so that the data are exported again.");
  }

  private static PalimpsestException unreadable(Path path, IOException e) {
    return new PalimpsestException(
        Kind.INPUT,
        path + " is not readable (" + Reason.of(e) + "): check it and its file system.",
        e);
  }

  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }
}
