package org.palimpsest.storage;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/** A file that exactly one of several concurrent writers creates. */
final class ExclusiveFile {
  private ExclusiveFile() {}

  /** Creates the file; returns false if it exists. */
  static boolean create(FileSystem files, Path file, byte[] content) throws IOException {
    try {
      if (files instanceof RawLocalFileSystem) {
        // Hadoop's implementation checks first and then creates, which is not atomic.
        java.nio.file.Path local = java.nio.file.Path.of(file.toUri().getPath());
        Files.write(local, content, StandardOpenOption.CREATE_NEW);
        return true;
      }
      try (OutputStream out = files.create(file, false)) {
        out.write(content);
      }
      return true;
    } catch (FileAlreadyExistsException | org.apache.hadoop.fs.FileAlreadyExistsException e) {
      return false;
    }
  }
}
