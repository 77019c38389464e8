package org.palimpsest.training;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.util.Progressable;

/** The local disk under {@code flaky:/}, on which writing files of a certain name may fail. */
public final class FlakyFileSystem extends RawLocalFileSystem {
  private static final URI HERE = URI.create("flaky:///");
  private static final AtomicInteger FAILURES = new AtomicInteger();
  private static volatile String names = "";
  private static volatile long room = Long.MAX_VALUE;

  static void install(Configuration hadoop) {
    hadoop.set("fs.flaky.impl", FlakyFileSystem.class.getName());
    repair();
  }

  /** So many times a file of such a name cannot be created. */
  static void fail(String namePattern, int times) {
    names = namePattern;
    FAILURES.set(times);
  }

  /** Files of such a name may have so many bytes, and then the disk is full. */
  static void fill(String namePattern, long bytes) {
    names = namePattern;
    room = bytes;
  }

  static void repair() {
    names = "";
    FAILURES.set(0);
    room = Long.MAX_VALUE;
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
    boolean meant = file.getName().matches(names);
    if (meant && FAILURES.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
      throw new IOException("injected");
    }
    FSDataOutputStream out =
        super.create(file, overwrite, bufferSize, replication, blockSize, progress);
    return meant && room < Long.MAX_VALUE ? limited(out) : out;
  }

  /** As that of HDFS, its {@code close} throws the exception again that has ended the writing. */
  private FSDataOutputStream limited(OutputStream out) throws IOException {
    OutputStream limited =
        new OutputStream() {
          private final IOException full = new IOException("No space left on device");
          private long left = room;

          @Override
          public void write(int b) throws IOException {
            if (--left < 0) {
              throw full;
            }
            out.write(b);
          }

          @Override
          public void close() throws IOException {
            out.close();
            if (left < 0) {
              throw full;
            }
          }
        };
    return new FSDataOutputStream(limited, new FileSystem.Statistics("flaky"));
  }
}
