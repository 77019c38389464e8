package org.palimpsest.storage;

import java.io.IOException;
import java.io.OutputStream;
import org.apache.hadoop.fs.Abortable;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.StreamCapabilities;
import org.apache.hadoop.fs.Syncable;

/** An output whose failures are all {@link IOException}s: see {@link SafeFileSystem}. */
final class SafeOutput extends OutputStream implements Syncable, StreamCapabilities, Abortable {
  private final FSDataOutputStream out;

  SafeOutput(FSDataOutputStream out) {
    this.out = out;
  }

  @Override
  public void write(int b) throws IOException {
    SafeFileSystem.safely(
        () -> {
          out.write(b);
          return null;
        });
  }

  @Override
  public void write(byte[] bytes, int from, int count) throws IOException {
    SafeFileSystem.safely(
        () -> {
          out.write(bytes, from, count);
          return null;
        });
  }

  @Override
  public void flush() throws IOException {
    SafeFileSystem.safely(
        () -> {
          out.flush();
          return null;
        });
  }

  @Override
  public void hflush() throws IOException {
    SafeFileSystem.safely(
        () -> {
          out.hflush();
          return null;
        });
  }

  @Override
  public void hsync() throws IOException {
    SafeFileSystem.safely(
        () -> {
          out.hsync();
          return null;
        });
  }

  @Override
  public boolean hasCapability(String capability) {
    return out.hasCapability(capability);
  }

  @Override
  public AbortableResult abort() {
    return out.abort();
  }

  @Override
  public void close() throws IOException {
    SafeFileSystem.safely(
        () -> {
          out.close();
          return null;
        });
  }
}
