package org.palimpsest.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import org.apache.hadoop.fs.Path;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.PalimpsestException.Kind;

/** The sentences about files. */
final class FileFailure {
  private FileFailure() {}

  /**
   * An operation has failed. The cause is a {@link FileNotFoundException} only if the file
   * certainly does not exist.
   *
   * @param what a participle, such as "written"
   */
  static PalimpsestException of(SafeFileSystem files, Path file, String what, IOException cause) {
    IOException checked = Absence.checked(files, file, cause);
    String why =
        checked instanceof FileNotFoundException && !what.equals("written")
            ? "it does not exist"
            : Reason.of(checked);
    Kind kind = Reason.isNoSpace(checked) ? Kind.CLUSTER : Kind.INPUT;
    return new PalimpsestException(kind, file + " cannot be " + what + ": " + why + ".", checked);
  }

  /** Other bytes were read than had just been written; another attempt may help. */
  static PalimpsestException notStored(Path file, PalimpsestException damage) {
    return new PalimpsestException(
        Kind.CLUSTER,
        file + " was written, but other bytes are read: check the disk or the network.",
        new IOException(damage.getMessage()));
  }
}
