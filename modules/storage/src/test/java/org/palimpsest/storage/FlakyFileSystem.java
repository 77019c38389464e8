package org.palimpsest.storage;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.util.Progressable;

/** The local disk under {@code flaky:/}, on which writing files of a certain name may fail. */
public final class FlakyFileSystem extends RawLocalFileSystem {
  private static final URI HERE = URI.create("flaky:///");
  private static final String TROUBLES = "fs.flaky.troubles";

  /** Lets programs with this configuration have the troubles that a folder tells. */
  public static Troubles install(Configuration hadoop, java.nio.file.Path folder)
      throws IOException {
    hadoop.set("fs.flaky.impl", FlakyFileSystem.class.getName());
    hadoop.set("fs.flaky.impl.disable.cache", "true"); // for the folder is another in every test
    hadoop.set(TROUBLES, folder.toString());
    return Troubles.none(folder);
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
    Troubles troubles = new Troubles(java.nio.file.Path.of(getConf().get(TROUBLES)));
    boolean meant = troubles.mean(file.getName());
    if (meant && troubles.takeFailure()) {
      throw new IOException("injected");
    }
    FSDataOutputStream out =
        super.create(file, overwrite, bufferSize, replication, blockSize, progress);
    return meant && troubles.room() < Long.MAX_VALUE ? limited(out, troubles) : out;
  }

  /** As that of the local disk, it throws an error, and {@code close} throws it again. */
  private static FSDataOutputStream limited(OutputStream out, Troubles troubles)
      throws IOException {
    OutputStream limited =
        new OutputStream() {
          private final FSError full = FaultPlan.fullDisk();
          private long left = troubles.room();

          @Override
          public void write(int b) throws IOException {
            if (--left < 0) {
              troubles.meet();
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
