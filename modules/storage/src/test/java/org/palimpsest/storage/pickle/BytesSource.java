package org.palimpsest.storage.pickle;

import java.io.EOFException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.palimpsest.storage.bytes.ByteSource;

/** A file that is an array. */
public record BytesSource(byte[] file) implements ByteSource {
  @Override
  public long size() {
    return file.length;
  }

  @Override
  public ByteBuffer at(long position, int count) throws EOFException {
    if (position + count > file.length) {
      throw new EOFException();
    }
    return ByteBuffer.wrap(file, (int) position, count).slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public void close() {}
}
