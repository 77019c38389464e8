package org.palimpsest.training.preflight;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.storage.Reason;
import org.palimpsest.storage.StoredFolder;

/**
 * Checks whether the driver and the executors can write to the run's folder, and whether it is the
 * same folder for all of them. All files of the check are deleted when it is closed.
 */
final class RunFolder implements AutoCloseable {
  private static final String CHECK = "run folder";

  private final Path run;
  private final StoredFolder folder;
  private final List<Path> createdFolders = new ArrayList<>();
  private boolean written;

  RunFolder(Path run, Configuration hadoop) {
    this.run = run;
    folder = new StoredFolder(new Path(run, ".preflight-" + UUID.randomUUID()), hadoop);
  }

  /** The folder with the driver's file. */
  String path() {
    return folder.path().toString();
  }

  /** Writes the file that the executors look for. */
  Finding driverWrites() {
    try {
      recordMissingFolders();
      folder.write(Probe.DRIVERS_FILE, out -> out.write('.'));
      written = true;
      return Finding.ok(CHECK, "The driver can write to " + run + ".");
    } catch (IOException | PalimpsestException e) {
      return Finding.fail(
          CHECK,
          "The driver cannot write to "
              + run
              + " ("
              + Reason.of(e)
              + "): set run.directory to a writable folder, or change its permissions.");
    }
  }

  /** Innermost first; they are deleted at the end if they are empty. */
  private void recordMissingFolders() throws IOException {
    for (Path path = folder.path(); path != null; path = path.getParent()) {
      if (folder.fileSystem().exists(path)) {
        return;
      }
      createdFolders.add(path);
    }
  }

  /**
   * Checks that the file system refuses to create a file twice: runs use this to detect another run
   * in their folder.
   */
  Finding createIfAbsent() {
    FileSystem files = folder.fileSystem();
    Path path = folder.resolve("once");
    try {
      files.create(path, false).close();
      files.create(path, false).close();
      return Finding.warn(
          "create if absent",
          "The file system of "
              + run
              + " lets a file be created twice, so two runs in this folder cannot detect each"
              + " other: start only one run in it.");
    } catch (FileAlreadyExistsException e) {
      return Finding.ok("create if absent", "A second run in the folder is detected.");
    } catch (IOException e) {
      return e.getMessage() != null && e.getMessage().contains("exist")
          ? Finding.ok("create if absent", "A second run in the folder is detected.")
          : Finding.fail(
              "create if absent",
              "No file can be created in "
                  + run
                  + " ("
                  + Reason.of(e)
                  + "): check its permissions.");
    }
  }

  /** Checks that every executor sees the driver's file, and the driver the executors' files. */
  Finding isShared(Collection<Machine> machines) {
    for (Machine machine : machines) {
      Optional<String> trouble = trouble(machine);
      if (trouble.isPresent()) {
        return Finding.fail(
            "shared folder",
            "The executor on "
                + machine.host()
                + " and the driver do not share "
                + run
                + " ("
                + trouble.get()
                + "): set run.directory to a folder that all machines can write to, such as"
                + " hdfs://, s3a:// or a network mount.");
      }
    }
    return Finding.ok("shared folder", "All executors share " + run + ".");
  }

  private Optional<String> trouble(Machine machine) {
    return machine
        .trouble(Machine.Ability.SHARE_RUN_FOLDER)
        .or(
            () ->
                folder.exists(Probe.executorsFile(machine.executor()))
                    ? Optional.empty()
                    : Optional.of("the driver does not see the file that the executor wrote"));
  }

  @Override
  public void close() {
    if (!written) {
      return;
    }
    folder.delete();
    try {
      for (Path path : createdFolders) {
        removeIfEmpty(path);
      }
    } catch (IOException e) {
      throw new PalimpsestException(
          PalimpsestException.Kind.CLUSTER,
          "The files of the check in " + run + " cannot be deleted: " + Reason.of(e) + ".",
          e);
    }
  }

  private void removeIfEmpty(Path path) throws IOException {
    try {
      FileStatus[] inside = folder.fileSystem().listStatus(path);
      if (inside.length == 0) {
        folder.fileSystem().delete(path, false);
      }
    } catch (FileNotFoundException e) {
      // Already deleted.
    }
  }
}
