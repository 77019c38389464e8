package org.palimpsest.storage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.util.Arrays;
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
    boolean isCreated = false;
    try {
      FSDataOutputStream out = files.create(file, false);
      // Some file systems create it only when it is closed; until then it may become another's.
      isCreated = Absence.isFound(files, file);
      StoredFile unused = WholeFile.write(out, file.getName(), bytes -> bytes.write(content));
      return true;
    } catch (FileAlreadyExistsException | org.apache.hadoop.fs.FileAlreadyExistsException e) {
      return false;
    } catch (IOException e) {
      if (isCreated && isPartOf(content, files, file)) {
        WholeFile.deleteHalf(files, file, e);
      }
      throw e;
    }
  }

  private static boolean isPartOf(byte[] content, SafeFileSystem files, Path file) {
    try (InputStream in = files.open(file)) {
      byte[] found = in.readNBytes(content.length + 1);
      return found.length <= content.length
          && Arrays.equals(found, Arrays.copyOf(content, found.length));
    } catch (IOException e) {
      return false;
    }
  }
}
