package org.palimpsest.storage;

import java.io.IOException;
import java.io.OutputStream;
import org.apache.hadoop.fs.Abortable;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.StreamCapabilities;
import org.apache.hadoop.fs.Syncable;

/**
 * An output whose failures are all {@link IOException}s: see {@link SafeFileSystem}. When it is
 * closed after a failure it does not throw the same exception again, as HDFS does: a
 * try-with-resources statement cannot let an exception suppress itself, and would hide it.
 */
final class SafeOutput extends OutputStream implements Syncable, StreamCapabilities, Abortable {
  private final FSDataOutputStream out;
  private IOException failure;

  SafeOutput(FSDataOutputStream out) {
    this.out = out;
  }

  @Override
  public void write(int b) throws IOException {
    made(
        () -> {
          out.write(b);
          return null;
        });
  }

  @Override
  public void write(byte[] bytes, int from, int count) throws IOException {
    made(
        () -> {
          out.write(bytes, from, count);
          return null;
        });
  }

  @Override
  public void flush() throws IOException {
    made(
        () -> {
          out.flush();
          return null;
        });
  }

  @Override
  public void hflush() throws IOException {
    made(
        () -> {
          out.hflush();
          return null;
        });
  }

  @Override
  public void hsync() throws IOException {
    made(
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
    IOException before = failure;
    try {
      made(
          () -> {
            out.close();
            return null;
          });
    } catch (IOException e) {
      throw e == before ? new IOException(e.getMessage(), e) : e;
    }
  }

  private void made(SafeFileSystem.Call<Void> call) throws IOException {
    try {
      Void unused = SafeFileSystem.safely(call);
    } catch (IOException e) {
      failure = e;
      throw e;
    }
  }
}
