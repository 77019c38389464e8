package org.palimpsest.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardCopyOption;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * The local disk under {@code faulty:/}, with the faults of a {@link FaultPlan}. Otherwise it is as
 * good as HDFS: of several writers one creates a file, and a rename replaces a file at once.
 */
public final class FaultyFileSystem extends RawLocalFileSystem {
  private static final URI HERE = URI.create("faulty:///");

  private FaultPlan plan() {
    return FaultPlan.of(getConf());
  }

  @Override
  public URI getUri() {
    return HERE;
  }

  @Override
  public FSDataInputStream open(Path file, int bufferSize) throws IOException {
    FSDataInputStream in =
        plan().call("open " + file.getName(), () -> super.open(file, bufferSize));
    return new FSDataInputStream(new FaultyInput(in, file.getName(), plan()));
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
    return plan()
        .call(
            "create " + file.getName(),
            () -> {
              if (!overwrite) {
                createNew(file);
              }
              FaultyOutput out =
                  overwrite && plan().kind() == FaultPlan.Kind.OBJECT_STORE
                      ? object(file)
                      : new FaultyOutput(
                          Files.newOutputStream(created(file)), () -> {}, file.getName(), plan());
              return new FSDataOutputStream(out, null);
            });
  }

  /** Through this method Hadoop creates files with permissions. */
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
    return create(file, overwrite, bufferSize, replication, blockSize, progress);
  }

  /** Hadoop's local file system starts a process for every file and folder. */
  private java.nio.file.Path created(Path file) throws IOException {
    java.nio.file.Path target = pathToFile(file).toPath();
    Files.createDirectories(target.getParent());
    return target;
  }

  /** Its new content is visible only when it is closed. */
  private FaultyOutput object(Path file) throws IOException {
    java.nio.file.Path target = created(file);
    java.nio.file.Path hidden = Files.createTempFile("object", null);
    return new FaultyOutput(
        Files.newOutputStream(hidden),
        () -> Files.move(hidden, target, StandardCopyOption.REPLACE_EXISTING),
        file.getName(),
        plan());
  }

  private void createNew(Path file) throws IOException {
    try {
      Files.createFile(created(file));
    } catch (java.nio.file.FileAlreadyExistsException e) {
      throw new FileAlreadyExistsException(file.toString());
    }
  }

  @Override
  @SuppressWarnings("deprecation") // Hadoop's own file systems override it.
  protected void rename(Path from, Path to, Options.Rename... options) throws IOException {
    plan()
        .call(
            "rename " + from.getName(),
            () -> {
              try {
                return Files.move(
                    pathToFile(from).toPath(),
                    pathToFile(to).toPath(),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
              } catch (NoSuchFileException e) {
                throw new FileNotFoundException(from.toString());
              }
            });
  }

  @Override
  public boolean rename(Path from, Path to) throws IOException {
    return plan().call("rename " + from.getName(), () -> super.rename(from, to));
  }

  @Override
  public boolean delete(Path file, boolean recursive) throws IOException {
    return plan().call("delete " + file.getName(), () -> super.delete(file, recursive));
  }

  @Override
  public FileStatus[] listStatus(Path folder) throws IOException {
    return plan().call("list " + folder.getName(), () -> super.listStatus(folder));
  }

  @Override
  public FileStatus getFileStatus(Path file) throws IOException {
    return plan().call("status " + file.getName(), () -> super.getFileStatus(file));
  }

  @Override
  public boolean mkdirs(Path folder) throws IOException {
    return plan()
        .call(
            "mkdirs " + folder.getName(),
            () -> Files.createDirectories(pathToFile(folder).toPath()).toFile().isDirectory());
  }

  @Override
  public boolean mkdirs(Path folder, FsPermission permission) throws IOException {
    return mkdirs(folder);
  }
}
