package org.palimpsest.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.security.AccessControlException;

/**
 * Whether a file that a file system does not find does not exist. A {@link FileNotFoundException}
 * is no proof: Hadoop's local file system throws it for a missing permission, too, of the file or
 * of a folder above it.
 */
final class Absence {
  private Absence() {}

  /**
   * Whether a file exists.
   *
   * @throws IOException if this cannot be determined
   */
  static boolean isFound(SafeFileSystem files, Path path) throws IOException {
    try {
      return files.getFileStatus(path) != null;
    } catch (FileNotFoundException e) {
      require(files, path, e);
      return false;
    }
  }

  /**
   * The entries of a folder; empty if it does not exist.
   *
   * @throws IOException if this cannot be determined
   */
  static List<FileStatus> list(SafeFileSystem files, Path folder) throws IOException {
    try {
      List<FileStatus> found = List.of(files.listStatus(folder));
      if (files.isLocal()) {
        LocalDisk.requireSearchable(folder);
      }
      return found;
    } catch (FileNotFoundException e) {
      require(files, folder, e);
      return List.of();
    }
  }

  /**
   * The failure itself, or another one if it says without reason that the file does not exist.
   *
   * @return a {@link FileNotFoundException} only if the file certainly does not exist
   */
  static IOException checked(SafeFileSystem files, Path path, IOException failure) {
    if (failure instanceof FileNotFoundException notFound) {
      try {
        require(files, path, notFound);
      } catch (IOException e) {
        return e;
      }
    }
    return failure;
  }

  /** Returns if the file does not exist; throws if it does, or if this is unknown. */
  private static void require(SafeFileSystem files, Path path, FileNotFoundException failure)
      throws IOException {
    boolean absent = files.isLocal() ? LocalDisk.isAbsent(path) : isNotListed(files, path);
    if (absent) {
      return;
    }
    String message = String.valueOf(failure.getMessage());
    throw message.contains("Permission denied")
        ? new AccessControlException(message)
        : new IOException(message, failure);
  }

  /** A folder that is not found is looked for in the same way. */
  private static boolean isNotListed(SafeFileSystem files, Path path) throws IOException {
    Path parent = path.getParent();
    if (parent == null) {
      return false; // A file system has a root.
    }
    try {
      for (FileStatus status : files.listStatus(parent)) {
        if (status.getPath().getName().equals(path.getName())) {
          return false;
        }
      }
      return true;
    } catch (FileNotFoundException e) {
      require(files, parent, e);
      return true;
    }
  }
}
