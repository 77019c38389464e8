package org.palimpsest.storage;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import org.apache.hadoop.fs.Abortable;
import org.apache.hadoop.fs.CommonPathCapabilities;
import org.apache.hadoop.fs.StreamCapabilities;
import org.apache.hadoop.fs.Syncable;

/** A file of a {@link FaultyFileSystem} that is being written. */
final class FaultyOutput extends OutputStream implements Syncable, StreamCapabilities, Abortable {
  private final OutputStream out;
  private final Closeable publication;
  private final String name;
  private final FaultPlan plan;
  private boolean isLosing;
  private boolean isClosed;

  FaultyOutput(OutputStream out, Closeable publication, String name, FaultPlan plan) {
    this.out = out;
    this.publication = publication;
    this.name = name;
    this.plan = plan;
  }

  private void call(String what, Closeable call) throws IOException {
    boolean unused =
        plan.call(
            what + " " + name,
            () -> {
              call.close();
              return true;
            });
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int count) throws IOException {
    if (plan.losesBytes("write " + name)) {
      plan.note("write " + name);
      out.write(bytes, from, isLosing ? 0 : count / 2);
      isLosing = true;
    } else {
      call("write", () -> out.write(bytes, from, isLosing ? 0 : count));
    }
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }

  @Override
  public void hflush() throws IOException {
    hsync();
  }

  @Override
  public void hsync() throws IOException {
    call("sync", out::flush);
  }

  @Override
  public boolean hasCapability(String capability) {
    return capability.equals(
        plan.kind() == FaultPlan.Kind.DISK
            ? StreamCapabilities.HSYNC
            : CommonPathCapabilities.ABORTABLE_STREAM);
  }

  /** Closes it; an object is not created. */
  @Override
  public AbortableResult abort() {
    isClosed = true;
    try {
      out.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return null;
  }

  @Override
  public void close() throws IOException {
    if (isClosed) {
      return;
    }
    isClosed = true;
    try {
      call(
          "close",
          () -> {
            out.close();
            publication.close();
          });
    } finally {
      out.close();
    }
  }
}
