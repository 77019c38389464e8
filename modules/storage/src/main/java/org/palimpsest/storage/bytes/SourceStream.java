package org.palimpsest.storage.bytes;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** A part of a {@link ByteSource} as a stream. */
final class SourceStream extends InputStream {
  private static final int PIECE = 1 << 16;

  private final ByteSource source;
  private final long end;
  private long position;

  SourceStream(ByteSource source, long begin, long length) {
    this.source = source;
    this.position = begin;
    this.end = begin + length;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, into.length);
    if (length == 0) {
      return 0;
    }
    int count = (int) Math.min(Math.min(length, PIECE), end - position);
    if (count == 0) {
      return -1;
    }
    source.at(position, count).get(into, offset, count);
    position += count;
    return count;
  }
}
