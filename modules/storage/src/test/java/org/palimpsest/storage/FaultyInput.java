package org.palimpsest.storage;

import java.io.IOException;
import java.io.InputStream;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.PositionedReadable;
import org.apache.hadoop.fs.Seekable;

/** A file of a {@link FaultyFileSystem} that is being read. */
final class FaultyInput extends InputStream implements Seekable, PositionedReadable {
  private final FSDataInputStream in;
  private final String what;
  private final FaultPlan plan;

  FaultyInput(FSDataInputStream in, String name, FaultPlan plan) {
    this.in = in;
    this.what = "read " + name;
    this.plan = plan;
  }

  @Override
  public int read() throws IOException {
    return plan.call(what, in::read);
  }

  @Override
  public int read(byte[] bytes, int from, int count) throws IOException {
    return plan.call(what, () -> in.read(bytes, from, count));
  }

  @Override
  public int read(long position, byte[] bytes, int from, int count) throws IOException {
    return plan.call(what, () -> in.read(position, bytes, from, count));
  }

  @Override
  public void readFully(long position, byte[] bytes, int from, int count) throws IOException {
    int unused =
        plan.call(
            what,
            () -> {
              in.readFully(position, bytes, from, count);
              return count;
            });
  }

  @Override
  public void readFully(long position, byte[] bytes) throws IOException {
    readFully(position, bytes, 0, bytes.length);
  }

  @Override
  public void seek(long position) throws IOException {
    in.seek(position);
  }

  @Override
  public long getPos() throws IOException {
    return in.getPos();
  }

  @Override
  public boolean seekToNewSource(long position) throws IOException {
    return in.seekToNewSource(position);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
