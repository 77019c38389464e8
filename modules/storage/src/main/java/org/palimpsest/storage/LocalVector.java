package org.palimpsest.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.FlatVector;

/**
 * A flat vector in a local file that is deleted when it is closed. It takes no heap, only space on
 * a local disk, and often just the page cache. Not safe for several threads.
 */
public final class LocalVector implements FlatVector, AutoCloseable {
  private final FileChannel channel;
  private final long size;
  private final ByteBuffer bytes =
      ByteBuffer.allocateDirect(CHUNK * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);

  private LocalVector(FileChannel channel, long size) {
    this.channel = channel;
    this.size = size;
  }

  /** Creates a vector of zeros in a new file in the folder. */
  public static LocalVector create(long size, Path folder) throws IOException {
    Path file = Files.createTempFile(folder, "palimpsest-", ".vector");
    LocalVector vector =
        new LocalVector(
            FileChannel.open(
                file,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.DELETE_ON_CLOSE),
            size);
    try {
      vector.extend();
      return vector;
    } catch (IOException | RuntimeException e) {
      vector.close();
      throw e;
    }
  }

  /** Gives the file its length; a disk stores only what is written later. */
  private void extend() throws IOException {
    if (size > 0) {
      channel.write(ByteBuffer.allocate(1), size * Float.BYTES - 1);
    }
  }

  /** Copies a vector to a new file in the folder. */
  static LocalVector copy(FlatVector vector, Path folder) throws IOException {
    LocalVector copy = create(vector.size(), folder);
    try {
      vector.forEachChunk((from, chunk, count) -> copy.put(from, chunk, 0, count));
      return copy;
    } catch (IOException | RuntimeException e) {
      copy.close();
      throw e;
    }
  }

  /**
   * Copies several vectors, with the same names.
   *
   * @throws PalimpsestException of kind CLUSTER if they do not fit; then all copies are deleted
   */
  public static Map<String, LocalVector> copies(Map<String, FlatVector> vectors, Path folder) {
    Map<String, LocalVector> copies = new LinkedHashMap<>();
    try {
      for (Map.Entry<String, FlatVector> entry : vectors.entrySet()) {
        copies.put(entry.getKey(), copy(entry.getValue(), folder));
      }
      return copies;
    } catch (IOException e) {
      copies.values().forEach(LocalVector::close);
      throw new PalimpsestException(
          PalimpsestException.Kind.CLUSTER,
          "A copy of a replica cannot be written to "
              + folder
              + " ("
              + Reason.of(e)
              + "): set spark.local.dir to a larger disk.",
          e);
    }
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public void read(long from, float[] into, int offset, int count) {
    try {
      for (int done = 0; done < count; done += CHUNK) {
        int part = Math.min(CHUNK, count - done);
        bytes.clear().limit(part * Float.BYTES);
        long at = (from + done) * Float.BYTES;
        while (bytes.hasRemaining() && channel.read(bytes, at + bytes.position()) >= 0) {
          // A read may return fewer bytes than requested.
        }
        bytes.flip();
        bytes.asFloatBuffer().get(into, offset + done, part);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void write(long from, float[] values, int offset, int count) {
    try {
      put(from, values, offset, count);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void put(long from, float[] values, int offset, int count) throws IOException {
    for (int done = 0; done < count; done += CHUNK) {
      int part = Math.min(CHUNK, count - done);
      bytes.clear();
      bytes.asFloatBuffer().put(values, offset + done, part);
      bytes.limit(part * Float.BYTES);
      long at = (from + done) * Float.BYTES;
      while (bytes.hasRemaining()) {
        channel.write(bytes, at + bytes.position());
      }
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
