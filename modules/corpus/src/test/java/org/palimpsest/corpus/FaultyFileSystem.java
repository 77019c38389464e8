package org.palimpsest.corpus;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.PositionedReadable;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.Seekable;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.security.AccessControlException;
import org.apache.hadoop.util.Progressable;

/** The local file system with injected faults, as {@code faulty:/folder}. */
public final class FaultyFileSystem extends RawLocalFileSystem {
  /** The injected faults. */
  public enum Fault {
    NONE,
    /** Writing fails after {@link #leave} bytes. */
    FULL_DISK,
    /** Creating files and folders fails. */
    READ_ONLY,
    /** Files can be listed but not opened. */
    UNREADABLE,
    /** Connections break in the middle of a file. */
    BROKEN_READS,
    /** Creating the manifest fails. */
    NO_MANIFEST,
    /** Creating the manifest fails, and an existing one stays, as on an object store. */
    MANIFEST_REFUSED,
    /** There are no credentials. */
    NO_CREDENTIALS
  }

  private static final AtomicReference<Fault> FAULT = new AtomicReference<>(Fault.NONE);
  private static final AtomicLong LEFT = new AtomicLong();
  private static final AtomicReference<Runnable> BEFORE_MANIFEST = new AtomicReference<>();

  public static void fail(Fault fault) {
    FAULT.set(fault);
  }

  /** Runs something once, just before the next manifest is created. */
  public static void beforeManifest(Runnable something) {
    BEFORE_MANIFEST.set(something);
  }

  public static void leave(long bytes) {
    LEFT.set(bytes);
    fail(Fault.FULL_DISK);
  }

  public static void register(Configuration hadoop) {
    hadoop.set("fs.faulty.impl", FaultyFileSystem.class.getName());
    hadoop.setBoolean("fs.faulty.impl.disable.cache", true);
  }

  @Override
  public void initialize(URI uri, Configuration conf) throws IOException {
    if (FAULT.get() == Fault.NO_CREDENTIALS) {
      throw new IOException(
          "bucket: No AWS Credentials provided by EnvironmentVariableCredentialsProvider\n"
              + "and by nobody else");
    }
    super.initialize(uri, conf);
  }

  @Override
  public URI getUri() {
    return URI.create("faulty:///");
  }

  @Override
  public String getScheme() {
    return "faulty";
  }

  @Override
  public boolean mkdirs(Path folder, FsPermission permission) throws IOException {
    refuseIfReadOnly(folder);
    return super.mkdirs(folder, permission);
  }

  @Override
  public boolean mkdirs(Path folder) throws IOException {
    refuseIfReadOnly(folder);
    return super.mkdirs(folder);
  }

  private static void refuseIfReadOnly(Path path) throws IOException {
    if (FAULT.get() == Fault.READ_ONLY) {
      throw new AccessControlException("Permission denied: user=me, access=WRITE, inode=" + path);
    }
  }

  @Override
  public FSDataInputStream open(Path file, int bufferSize) throws IOException {
    if (FAULT.get() == Fault.UNREADABLE) {
      throw new AccessControlException("Permission denied: user=me, access=READ");
    }
    FSDataInputStream in = super.open(file, bufferSize);
    return FAULT.get() == Fault.BROKEN_READS ? new FSDataInputStream(new Broken(in)) : in;
  }

  @Override
  public FSDataOutputStream create(
      Path file, boolean overwrite, int buffer, short copies, long block, Progressable progress)
      throws IOException {
    refuseManifest(file);
    return faulty(file, super.create(file, overwrite, buffer, copies, block, progress));
  }

  @Override
  public FSDataOutputStream create(
      Path file,
      FsPermission permission,
      boolean overwrite,
      int buffer,
      short copies,
      long block,
      Progressable progress)
      throws IOException {
    refuseManifest(file);
    return faulty(file, super.create(file, permission, overwrite, buffer, copies, block, progress));
  }

  private static void refuseManifest(Path file) throws IOException {
    if (file.getName().startsWith("manifest.json")) {
      Runnable something = BEFORE_MANIFEST.getAndSet(null);
      if (something != null) {
        something.run();
      }
    }
    if (FAULT.get() == Fault.MANIFEST_REFUSED && file.getName().startsWith("manifest.json")) {
      throw new IOException("Slow Down");
    }
  }

  private FSDataOutputStream faulty(Path file, FSDataOutputStream out) throws IOException {
    if (FAULT.get() == Fault.NO_MANIFEST && file.getName().startsWith("manifest.json")) {
      out.close();
      throw new IOException("Quota exceeded");
    }
    return FAULT.get() == Fault.FULL_DISK ? new FSDataOutputStream(new Full(out), null) : out;
  }

  private static final class Full extends OutputStream {
    private final OutputStream out;

    Full(OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
      take(1);
      out.write(b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      take(length);
      out.write(bytes, offset, length);
    }

    private static void take(int bytes) throws IOException {
      if (LEFT.addAndGet(-bytes) < 0) {
        throw new IOException("No space left on device");
      }
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }

  /** A stream that breaks after some bytes. */
  private static final class Broken extends FilterInputStream
      implements Seekable, PositionedReadable {
    private static final int DELIVERED = 300;

    private final FSDataInputStream file;

    Broken(FSDataInputStream file) {
      super(file);
      this.file = file;
    }

    @Override
    public int read() throws IOException {
      breakLater();
      return super.read();
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      breakLater();
      return super.read(bytes, offset, Math.min(length, DELIVERED));
    }

    private void breakLater() throws IOException {
      if (getPos() >= DELIVERED) {
        throw new IOException("Connection reset");
      }
    }

    @Override
    public void seek(long position) throws IOException {
      file.seek(position);
    }

    @Override
    public long getPos() throws IOException {
      return file.getPos();
    }

    @Override
    public boolean seekToNewSource(long target) throws IOException {
      return file.seekToNewSource(target);
    }

    @Override
    public int read(long position, byte[] buffer, int offset, int length) throws IOException {
      return file.read(position, buffer, offset, length);
    }

    @Override
    public void readFully(long position, byte[] buffer, int offset, int length) throws IOException {
      file.readFully(position, buffer, offset, length);
    }

    @Override
    public void readFully(long position, byte[] buffer) throws IOException {
      file.readFully(position, buffer);
    }
  }
}
