package org.palimpsest.storage;

import java.io.IOException;
import java.util.EnumSet;
import org.apache.hadoop.fs.ChecksumFileSystem;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FilterFileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * A file system whose failures are all {@link IOException}s. Hadoop's local file system throws an
 * error, {@link FSError}, if a disk is full or broken, which no handler of exceptions expects. It
 * also replaces files so that a reader never sees a part of one.
 */
final class SafeFileSystem extends FilterFileSystem {
  private final OverwriteProbe overwrites = new OverwriteProbe(this);
  private FileContext context;

  SafeFileSystem(FileSystem files) {
    super(withoutSidecars(files));
  }

  /**
   * Hadoop's local file system keeps a hidden checksum file for each file, which doubles the number
   * of files and makes edited files unreadable; manifests already have checksums.
   */
  private static FileSystem withoutSidecars(FileSystem files) {
    return files instanceof ChecksumFileSystem checked ? checked.getRawFileSystem() : files;
  }

  /** A call of a file system. */
  interface Call<T> {
    T run() throws IOException;
  }

  /** Makes the call; its {@link FSError} becomes an exception. */
  static <T> T safely(Call<T> call) throws IOException {
    try {
      return call.run();
    } catch (FSError e) {
      throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getMessage(), e);
    }
  }

  boolean isLocal() {
    return LocalDisk.SCHEME.equals(getUri().getScheme());
  }

  /** Whether an overwritten file in the folder has its old content until the new one is whole. */
  boolean overwritesAtOnce(Path folder) throws IOException {
    return !isLocal() && overwrites.isAtomic(folder);
  }

  /**
   * Renames {@code next} to {@code old}, which it replaces. On file systems with folders this is
   * atomic; Hadoop's older method {@code rename} would delete the old file first.
   */
  void replace(Path next, Path old) throws IOException {
    if (isLocal()) {
      LocalDisk.replace(next, old);
      return;
    }
    safely(
        () -> {
          renameOver(next, old);
          return null;
        });
  }

  private void renameOver(Path next, Path old) throws IOException {
    try {
      // Unlike the method of FileSystem it is atomic through mount tables (viewfs), too.
      context().rename(next, old, Options.Rename.OVERWRITE);
    } catch (UnsupportedFileSystemException e) {
      rename(next, old, Options.Rename.OVERWRITE);
    }
  }

  private synchronized FileContext context() throws IOException {
    if (context == null) {
      context = FileContext.getFileContext(getUri(), getConf());
    }
    return context;
  }

  @Override
  public FSDataInputStream open(Path file, int bufferSize) throws IOException {
    return new FSDataInputStream(new SafeInput(safely(() -> fs.open(file, bufferSize))));
  }

  /** Elsewhere Hadoop sets the permissions that the file system's configuration says. */
  @Override
  public FSDataOutputStream create(
      Path file,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    if (overwrite && isLocal()) {
      return LocalDisk.create(file);
    }
    return safe(() -> fs.create(file, overwrite, bufferSize, replication, blockSize, progress));
  }

  @Override
  public FSDataOutputStream create(
      Path file,
      FsPermission permission,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    return safe(
        () ->
            super.create(
                file, permission, overwrite, bufferSize, replication, blockSize, progress));
  }

  @Override
  public FSDataOutputStream createNonRecursive(
      Path file,
      FsPermission permission,
      EnumSet<CreateFlag> flags,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    return safe(
        () ->
            super.createNonRecursive(
                file, permission, flags, bufferSize, replication, blockSize, progress));
  }

  @Override
  public FSDataOutputStream append(Path file, int bufferSize, Progressable progress)
      throws IOException {
    return safe(() -> super.append(file, bufferSize, progress));
  }

  private static FSDataOutputStream safe(Call<FSDataOutputStream> creation) throws IOException {
    FSDataOutputStream raw = safely(creation);
    return new FSDataOutputStream(new SafeOutput(raw), null, raw.getPos());
  }

  @Override
  public boolean rename(Path from, Path to) throws IOException {
    return safely(() -> super.rename(from, to));
  }

  @Override
  public boolean delete(Path file, boolean recursive) throws IOException {
    return safely(() -> super.delete(file, recursive));
  }

  @Override
  public FileStatus[] listStatus(Path folder) throws IOException {
    return safely(() -> super.listStatus(folder));
  }

  @Override
  public FileStatus getFileStatus(Path file) throws IOException {
    return safely(() -> super.getFileStatus(file));
  }

  @Override
  public boolean mkdirs(Path folder) throws IOException {
    return safely(() -> super.mkdirs(folder));
  }

  @Override
  public boolean mkdirs(Path folder, FsPermission permission) throws IOException {
    return safely(() -> super.mkdirs(folder, permission));
  }

  /** By the file system itself, which Hadoop closes at the end of the process. */
  @Override
  public boolean deleteOnExit(Path file) throws IOException {
    return fs.deleteOnExit(file);
  }
}
