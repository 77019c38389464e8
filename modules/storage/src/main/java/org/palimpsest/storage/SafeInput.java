package org.palimpsest.storage;

import java.io.IOException;
import java.io.InputStream;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.PositionedReadable;
import org.apache.hadoop.fs.Seekable;

/** An input whose failures are all {@link IOException}s: see {@link SafeFileSystem}. */
final class SafeInput extends InputStream implements Seekable, PositionedReadable {
  private final FSDataInputStream in;

  SafeInput(FSDataInputStream in) {
    this.in = in;
  }

  @Override
  public int read() throws IOException {
    return SafeFileSystem.safely(in::read);
  }

  @Override
  public int read(byte[] bytes, int from, int count) throws IOException {
    return SafeFileSystem.safely(() -> in.read(bytes, from, count));
  }

  @Override
  public int read(long position, byte[] bytes, int from, int count) throws IOException {
    return SafeFileSystem.safely(() -> in.read(position, bytes, from, count));
  }

  @Override
  public void readFully(long position, byte[] bytes, int from, int count) throws IOException {
    SafeFileSystem.safely(
        () -> {
          in.readFully(position, bytes, from, count);
          return null;
        });
  }

  @Override
  public void readFully(long position, byte[] bytes) throws IOException {
    readFully(position, bytes, 0, bytes.length);
  }

  @Override
  public long skip(long count) throws IOException {
    return SafeFileSystem.safely(() -> in.skip(count));
  }

  @Override
  public int available() throws IOException {
    return SafeFileSystem.safely(in::available);
  }

  @Override
  public void seek(long position) throws IOException {
    SafeFileSystem.safely(
        () -> {
          in.seek(position);
          return null;
        });
  }

  @Override
  public long getPos() throws IOException {
    return SafeFileSystem.safely(in::getPos);
  }

  @Override
  public boolean seekToNewSource(long position) throws IOException {
    return SafeFileSystem.safely(() -> in.seekToNewSource(position));
  }

  @Override
  public void close() throws IOException {
    SafeFileSystem.safely(
        () -> {
          in.close();
          return null;
        });
  }
}
