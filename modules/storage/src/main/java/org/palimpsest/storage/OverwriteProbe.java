package org.palimpsest.storage;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;

/**
 * Finds out whether a file system overwrites a file at once, when the new content is complete, as
 * object stores do; there a rename is a copy. Others empty the file first, and need a rename.
 * Hadoop does not tell, and a list of the schemes would miss mount tables and file systems to come.
 */
final class OverwriteProbe {
  private static final String PREFIX = ".palimpsest-probe-";
  private static final int OLD = 'o';
  private static final int NEW = 'n';

  private final SafeFileSystem files;
  private Optional<Boolean> answer = Optional.empty();

  OverwriteProbe(SafeFileSystem files) {
    this.files = files;
  }

  /** Tries it with a file of its own in the folder; once, if the answer is clear. */
  synchronized boolean isAtomic(Path folder) throws IOException {
    if (answer.isEmpty()) {
      answer = ask(new Path(folder, PREFIX + UUID.randomUUID()));
    }
    return answer.orElse(false);
  }

  private Optional<Boolean> ask(Path probe) throws IOException {
    try (FSDataOutputStream old = files.create(probe, true)) {
      old.write(OLD);
    }
    try (FSDataOutputStream next = files.create(probe, true)) {
      next.write(NEW);
      next.flush();
      return hasOldContent(probe);
    } finally {
      files.delete(probe, false);
    }
  }

  /** Empty if the file cannot be read while it is written. */
  private Optional<Boolean> hasOldContent(Path probe) {
    try (InputStream in = files.open(probe)) {
      return Optional.of(in.read() == OLD);
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
