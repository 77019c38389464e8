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
 * Whether driver and executors can write into the run's folder, and whether it is the same folder
 * for all of them. Leaves nothing behind.
 */
final class RunFolder implements AutoCloseable {
  private static final String CHECK = "run folder";

  private final Path run;
  private final StoredFolder folder;
  private final List<Path> madeHere = new ArrayList<>();
  private boolean written;

  RunFolder(Path run, Configuration hadoop) {
    this.run = run;
    folder = new StoredFolder(new Path(run, ".preflight-" + UUID.randomUUID()), hadoop);
  }

  /** Where the executors look for the driver's file. */
  String path() {
    return folder.path().toString();
  }

  /** Writes the file that the executors shall see. */
  Finding driverWrites() {
    try {
      noteMissingFolders();
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
              + "): set run.directory to a folder where it can, or give it the rights.");
    }
  }

  /** Innermost first; they are removed again if nothing else has come into them. */
  private void noteMissingFolders() throws IOException {
    for (Path path = folder.path(); path != null; path = path.getParent()) {
      if (folder.fileSystem().exists(path)) {
        return;
      }
      madeHere.add(path);
    }
  }

  /**
   * A file system that lets two writers create the same file cannot tell two runs in one folder
   * apart.
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
              + " lets a file be created twice, so two runs in this folder would not notice each"
              + " other: see to it that only one is started.");
    } catch (FileAlreadyExistsException e) {
      return Finding.ok("create if absent", "A second run in the folder would be noticed.");
    } catch (IOException e) {
      return e.getMessage() != null && e.getMessage().contains("exist")
          ? Finding.ok("create if absent", "A second run in the folder would be noticed.")
          : Finding.fail(
              "create if absent",
              "No file can be created in " + run + " (" + Reason.of(e) + "): check its rights.");
    }
  }

  /** Whether every executor has seen the driver's file, and the driver theirs. */
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
      for (Path path : madeHere) {
        removeIfEmpty(path);
      }
    } catch (IOException e) {
      throw new PalimpsestException(
          PalimpsestException.Kind.CLUSTER,
          "What the check of " + run + " has made cannot be removed: " + Reason.of(e) + ".",
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
      // Gone already.
    }
  }
}
