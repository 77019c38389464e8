package org.palimpsest.corpus.format;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Decompresses a file. Distinguishes damaged files, which are rejected, from failed transfers,
 * which Spark retries.
 */
final class DecompressedStream extends InputStream {
  /**
   * Bytes per read. A codec that finds damage discards the rest of the current read, so reads are
   * small.
   */
  private static final int CHUNK = 1 << 12;

  private final Fetched raw;
  private final Compression compression;
  private InputStream decompressed;

  /** The codec cannot read the content. */
  static final class Damaged extends IOException {
    private static final long serialVersionUID = 1L;

    Damaged(Exception cause) {
      super(cause);
    }
  }

  DecompressedStream(InputStream raw, Compression compression) {
    this.raw = new Fetched(raw);
    this.compression = compression;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    try {
      if (decompressed == null) {
        decompressed = compression.open(raw);
      }
      return decompressed.read(bytes, offset, Math.min(length, CHUNK));
    } catch (IOException | RuntimeException e) {
      // Some codecs report damage as an index out of bounds.
      if (raw.failure != null) {
        throw raw.failure;
      }
      throw new Damaged(e);
    }
  }

  @Override
  public void close() throws IOException {
    if (decompressed == null) {
      raw.close();
    } else {
      decompressed.close();
    }
  }

  /** Records whether the bytes could be fetched. */
  private static final class Fetched extends FilterInputStream {
    private IOException failure;

    Fetched(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      try {
        return super.read();
      } catch (IOException e) {
        failure = e;
        throw e;
      } catch (RuntimeException e) {
        failure = new IOException(e);
        throw e;
      }
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      try {
        return super.read(bytes, offset, length);
      } catch (IOException e) {
        failure = e;
        throw e;
      } catch (RuntimeException e) {
        failure = new IOException(e);
        throw e;
      }
    }
  }
}
