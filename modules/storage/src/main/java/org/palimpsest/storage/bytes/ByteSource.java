package org.palimpsest.storage.bytes;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.apache.hadoop.fs.FSDataInputStream;
import org.palimpsest.storage.StoredFolder;

/** The bytes of a file. Any place may be asked for; going forward is cheapest. */
public interface ByteSource extends Closeable {
  long size();

  /**
   * Some bytes, little-endian; they are there until the next call.
   *
   * @throws EOFException if the file ends before
   */
  ByteBuffer at(long position, int count) throws IOException;

  /** A part of the file as a stream. */
  default InputStream stream(long begin, long length) {
    return new SourceStream(this, begin, length);
  }

  /** A file of this machine is mapped into memory, another one is streamed. */
  static ByteSource open(StoredFolder folder, String name) throws IOException {
    org.apache.hadoop.fs.Path path = folder.resolve(name);
    return "file".equals(path.toUri().getScheme())
        ? new Mapped(Path.of(path.toUri().getPath()))
        : new Streamed(
            folder.fileSystem().open(path), folder.fileSystem().getFileStatus(path).getLen());
  }

  /** Looks at a file through a window, because no buffer is larger than 2 GiB. */
  final class Mapped implements ByteSource {
    private static final long WINDOW = 1L << 30;

    private final FileChannel channel;
    private final long size;
    private ByteBuffer window = ByteBuffer.allocate(0);
    private long begin;

    public Mapped(Path path) throws IOException {
      channel = FileChannel.open(path, StandardOpenOption.READ);
      size = channel.size();
    }

    @Override
    public long size() {
      return size;
    }

    @Override
    public ByteBuffer at(long position, int count) throws IOException {
      if (position + count > size) {
        throw new EOFException();
      }
      if (position < begin || position + count > begin + window.capacity()) {
        begin = position;
        long length = Math.min(Math.max(WINDOW, count), size - begin);
        window = channel.map(FileChannel.MapMode.READ_ONLY, begin, length);
      }
      int from = Math.toIntExact(position - begin);
      return window.slice(from, count).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  /** Reads a file of a distant file system piece by piece. */
  final class Streamed implements ByteSource {
    private final FSDataInputStream in;
    private final long size;
    private byte[] piece = new byte[0];

    Streamed(FSDataInputStream in, long size) {
      this.in = in;
      this.size = size;
    }

    @Override
    public long size() {
      return size;
    }

    @Override
    public ByteBuffer at(long position, int count) throws IOException {
      if (in.getPos() != position) {
        in.seek(position);
      }
      if (piece.length < count) {
        piece = new byte[count];
      }
      in.readFully(piece, 0, count);
      return ByteBuffer.wrap(piece, 0, count).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
