package org.palimpsest.storage;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;

/** A file that exactly one of several concurrent writers creates. */
final class ExclusiveFile {
  private ExclusiveFile() {}

  /**
   * Creates the file. If its content cannot be written, it is deleted again.
   *
   * @return false if it exists
   */
  static boolean create(SafeFileSystem files, Path file, byte[] content) throws IOException {
    if (files.isLocal()) {
      return LocalDisk.createNew(file, content);
    }
    FSDataOutputStream out;
    try {
      out = files.create(file, false);
    } catch (FileAlreadyExistsException | org.apache.hadoop.fs.FileAlreadyExistsException e) {
      return false;
    }
    try {
      StoredFile unused = WholeFile.write(out, file.getName(), bytes -> bytes.write(content));
      return true;
    } catch (IOException e) {
      WholeFile.deleteHalf(files, file, e);
      throw e;
    }
  }
}
