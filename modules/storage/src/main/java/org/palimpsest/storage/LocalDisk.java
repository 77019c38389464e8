package org.palimpsest.storage;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.security.AccessControlException;

/** What Hadoop's local file system does not do, or does in a way that a crash or a race breaks. */
final class LocalDisk {
  static final String SCHEME = "file";

  /** What Linux answers if a file system cannot sync folders. */
  private static final Set<String> CANNOT_SYNC =
      Set.of("Invalid argument", "Operation not supported");

  /** The folders above a checkpoint that a run may have created. */
  private static final int NEW_LEVELS = 3;

  private LocalDisk() {}

  private static java.nio.file.Path local(Path path) {
    return java.nio.file.Path.of(path.toUri().getPath());
  }

  /**
   * Creates a file and the folders above it. Hadoop's implementation starts a process for each of
   * them, which sets permissions.
   */
  static FSDataOutputStream create(Path file) throws IOException {
    java.nio.file.Path target = local(file);
    if (target.getParent() != null) {
      Files.createDirectories(target.getParent());
    }
    return new FSDataOutputStream(new LocalOutput(new FileOutputStream(target.toFile())), null);
  }

  /**
   * Creates a file with this content, which survives a power failure. Hadoop's implementation
   * checks first and then creates, which is not atomic.
   *
   * @return false if there is a file of that name
   */
  static boolean createNew(Path file, byte[] content) throws IOException {
    java.nio.file.Path target = local(file);
    try (FileChannel channel =
        FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      try {
        ByteBuffer bytes = ByteBuffer.wrap(content);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      } catch (IOException e) {
        deleteHalf(target, e);
        throw e;
      }
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  private static void deleteHalf(java.nio.file.Path file, IOException failure) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  /** Renames {@code next} to {@code old}, which it replaces, at once. */
  static void replace(Path next, Path old) throws IOException {
    Files.move(
        local(next),
        local(old),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  /**
   * Whether a file does not exist. Hadoop says so, too, if a folder above it may not be searched.
   *
   * @throws AccessControlException if it may not be looked for
   */
  static boolean isAbsent(Path path) throws IOException {
    try {
      Files.readAttributes(local(path), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return false;
    } catch (NoSuchFileException e) {
      return true;
    } catch (AccessDeniedException e) {
      throw new AccessControlException("Permission denied");
    } catch (FileSystemException e) {
      if ("Not a directory".equals(e.getReason())) {
        return true; // A file has the name of a folder above it.
      }
      throw e;
    }
  }

  /**
   * Checks that the files of a folder can be seen. In one that may be read, but not searched,
   * Hadoop finds no files.
   */
  static void requireSearchable(Path folder) throws AccessControlException {
    if (!Files.isExecutable(local(folder))) {
      throw new AccessControlException("Permission denied");
    }
  }

  /**
   * Writes the entries of a folder to disk, those of the folders in it, and those of the folders
   * above it that may be new: the names of new files are no part of the files.
   */
  static void syncFolders(Path folder) throws IOException {
    java.nio.file.Path root = local(folder);
    if (!Files.isDirectory(root)) {
      return;
    }
    try (Stream<java.nio.file.Path> inside = Files.list(root)) {
      for (java.nio.file.Path path : inside.toList()) {
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
          sync(path);
        }
      }
    }
    java.nio.file.Path next = root;
    for (int level = 0; level <= NEW_LEVELS && next != null && Files.isReadable(next); level++) {
      sync(next);
      next = next.getParent();
    }
  }

  private static void sync(java.nio.file.Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      if (!CANNOT_SYNC.contains(String.valueOf(e.getMessage()))) {
        throw e;
      }
    }
  }
}
