package org.palimpsest.storage;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.hadoop.fs.StreamCapabilities;
import org.apache.hadoop.fs.Syncable;

/** A file on the local disk. */
final class LocalOutput extends OutputStream implements Syncable, StreamCapabilities {
  private final FileOutputStream out;

  LocalOutput(FileOutputStream out) {
    this.out = out;
  }

  @Override
  public void write(int b) throws IOException {
    out.write(b);
  }

  @Override
  public void write(byte[] bytes, int from, int count) throws IOException {
    out.write(bytes, from, count);
  }

  @Override
  public void hflush() {
    // Nothing is buffered.
  }

  @Override
  public void hsync() throws IOException {
    out.getFD().sync();
  }

  @Override
  public boolean hasCapability(String capability) {
    return capability.equals(StreamCapabilities.HSYNC);
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
