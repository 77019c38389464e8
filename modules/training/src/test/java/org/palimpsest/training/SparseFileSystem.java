package org.palimpsest.training;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.util.Progressable;

/** The local disk under {@code sparse:/}, which stores no pages of zeros. */
public final class SparseFileSystem extends RawLocalFileSystem {
  private static final URI HERE = URI.create("sparse:///");

  /** A configuration that knows it. */
  public static Configuration installed() {
    Configuration hadoop = new Configuration();
    hadoop.set("fs.sparse.impl", SparseFileSystem.class.getName());
    return hadoop;
  }

  @Override
  public URI getUri() {
    return HERE;
  }

  @Override
  public FSDataOutputStream create(
      Path file,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    java.nio.file.Path local = pathToFile(file).toPath();
    Files.createDirectories(local.getParent());
    FileChannel channel =
        overwrite
            ? FileChannel.open(
                local,
                StandardOpenOption.WRITE,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING)
            : FileChannel.open(local, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
    return new FSDataOutputStream(
        new SparseOutput(channel), new FileSystem.Statistics(HERE.getScheme()));
  }

  /** Skips pages of zeros. */
  private static final class SparseOutput extends OutputStream {
    private static final int PAGE = 1 << 12;
    private static final byte[] ZEROS = new byte[PAGE];

    private final FileChannel channel;
    private long position;

    SparseOutput(FileChannel channel) {
      this.channel = channel;
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      int end = offset + length;
      for (int from = offset; from < end; ) {
        int count = (int) Math.min(PAGE - position % PAGE, end - from);
        if (Arrays.mismatch(bytes, from, from + count, ZEROS, 0, count) >= 0) {
          put(ByteBuffer.wrap(bytes, from, count));
        }
        position += count;
        from += count;
      }
    }

    private void put(ByteBuffer bytes) throws IOException {
      long at = position - bytes.position();
      while (bytes.hasRemaining()) {
        int unused = channel.write(bytes, at + bytes.position());
      }
    }

    /** A file that ends with zeros has no last byte yet. */
    @Override
    public void close() throws IOException {
      if (channel.isOpen() && channel.size() < position) {
        int unused = channel.write(ByteBuffer.allocate(1), position - 1);
      }
      channel.close();
    }
  }
}
