package org.palimpsest.training.checkpoint;

import java.io.IOException;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.storage.DamageException;
import org.palimpsest.storage.Lease;
import org.palimpsest.storage.Leases;
import org.palimpsest.storage.Retry;
import org.palimpsest.storage.StoredFile;
import org.palimpsest.storage.StoredFolder;

/**
 * The checkpoints of one run: one folder {@code step-00001234-<unique>} each.
 *
 * <p>A checkpoint that is certainly damaged is passed over. One that cannot be read (a permission,
 * a network, another version) may be good: the methods that look for one throw instead of taking an
 * older one.
 */
public final class Checkpoints {
  private static final String PREFIX = "step-";

  private final StoredFolder root;
  private final Leases leases;

  public Checkpoints(Path root, Configuration hadoop) {
    this.root = new StoredFolder(root, hadoop);
    this.leases = new Leases(root, hadoop);
  }

  /** The folder of all checkpoints. */
  public Path path() {
    return root.path();
  }

  /**
   * The name of the folder of a checkpoint.
   *
   * @param step global steps done
   * @param unique identifies the attempt, so that each attempt has its own folders
   */
  public static String folderName(long step, String unique) {
    return String.format("%s%08d-%s", PREFIX, step, unique);
  }

  /** The folder of that name. */
  public StoredFolder folder(String name) {
    return root.child(name);
  }

  /**
   * Completes a checkpoint: writes its state, then the manifest with all files, and reads both
   * back.
   *
   * @param written files that their writers have read back
   * @param fence number of the publisher's {@link Lease}
   */
  public Checkpoint publish(
      StoredFolder folder, TrainingState state, List<StoredFile> written, long fence) {
    return CheckpointManifest.publish(folder, state, written, fence);
  }

  /**
   * Reads the manifest and the state of a checkpoint, not its other files: see {@link
   * Checkpoint#verify()}.
   *
   * @throws PalimpsestException of kind INPUT if the folder is not a checkpoint, is damaged, cannot
   *     be read, or has another version
   */
  public Checkpoint open(String name) {
    return CheckpointManifest.open(folder(name));
  }

  /** Names of all folders that are named like checkpoints, complete or not, lowest step first. */
  public List<String> names() {
    return Retry.until(root::files).stream()
        .filter(FileStatus::isDirectory)
        .map(status -> status.getPath().getName())
        .filter(name -> name.matches(PREFIX + "\\d{8,18}-\\w+"))
        .sorted(Comparator.comparingLong(Checkpoints::step).thenComparing(name -> name))
        .toList();
  }

  /** The steps of the folders of an attempt, complete or not, lowest first. */
  public List<Long> steps(String unique) {
    return names().stream()
        .filter(name -> name.endsWith("-" + unique))
        .map(Checkpoints::step)
        .toList();
  }

  private static long step(String name) {
    return Long.parseLong(name.substring(PREFIX.length(), name.indexOf('-', PREFIX.length())));
  }

  /**
   * What the folder holds.
   *
   * @throws PalimpsestException if that cannot be read
   */
  Found examine(String name) {
    StoredFolder folder = folder(name);
    try {
      return Retry.until(() -> examine(folder));
    } catch (PalimpsestException e) {
      if (DamageException.isProvenBy(e)) {
        return new Found.Damaged(e.getMessage());
      }
      throw unreadable(folder, e);
    }
  }

  private Found examine(StoredFolder folder) {
    if (!folder.hasManifest()) {
      return new Found.Unfinished();
    }
    if (Quarantine.holds(folder)) {
      return new Found.PutAside(Quarantine.reason(folder));
    }
    Checkpoint checkpoint = CheckpointManifest.open(folder);
    return leases.fencesOff(checkpoint.fence(), checkpoint.step())
        ? new Found.FencedOff(
            checkpoint,
            "The checkpoint "
                + checkpoint.path()
                + " was published by a process that had already lost the lease of the run.")
        : new Found.Finished(checkpoint);
  }

  /** A sentence on a failure that is no proof of damage. */
  static PalimpsestException unreadable(StoredFolder folder, PalimpsestException e) {
    if (!(e.getCause() instanceof IOException)) {
      return e; // Another version: the sentence says what to do.
    }
    return new PalimpsestException(
        e.kind(),
        "The checkpoint "
            + folder.path()
            + " may be good, but it cannot be read ("
            + sentencePart(e)
            + "): make it readable, or move its folder elsewhere to do without it; nothing was"
            + " deleted.",
        e);
  }

  private static String sentencePart(PalimpsestException e) {
    String sentence = e.getMessage();
    return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
  }

  /** The newest complete checkpoint, without verifying its files. */
  public Optional<Checkpoint> newest() {
    return Selection.of(this, checkpoint -> {}).chosen();
  }

  /**
   * The newest complete checkpoint whose configuration matches its checksum, without verifying
   * vectors.
   */
  public Optional<Checkpoint> newestWithRecipe() {
    return Selection.of(this, patiently(Checkpoint::verifyRecipe)).chosen();
  }

  /**
   * The newest complete checkpoint whose model matches its checksums; optimizer states are not
   * read.
   *
   * @param warnings takes one sentence for each newer checkpoint that is not used
   * @throws PalimpsestException of kind INPUT if there are checkpoints, but none is good
   */
  public Optional<Checkpoint> newestModel(Consumer<String> warnings) {
    return reported(Selection.of(this, patiently(Checkpoint::verifyModel)), warnings).chosen();
  }

  /**
   * The newest complete checkpoint whose files all match their checksums.
   *
   * @param warnings takes one sentence for each newer checkpoint that is not used
   * @throws PalimpsestException of kind INPUT if there are checkpoints, but none is good: a run
   *     must not start over in their folder
   */
  public Optional<Checkpoint> newestValid(Consumer<String> warnings) {
    return reported(Selection.of(this, patiently(Checkpoint::verify)), warnings).chosen();
  }

  /** A check that is repeated if it fails for a reason that may pass. */
  static Consumer<Checkpoint> patiently(Consumer<Checkpoint> check) {
    return checkpoint -> Retry.run(() -> check.accept(checkpoint));
  }

  /**
   * As {@link #newestValid}, while nothing else is written here. Newer checkpoints that are damaged
   * are put aside, and unfinished ones are deleted: no process will finish them, and they fill the
   * disk.
   *
   * @param lease of the run
   * @param verification verifies every file of a checkpoint; throws with a {@link DamageException}
   *     if one is damaged, and otherwise if one cannot be read
   */
  public Optional<Checkpoint> recoverNewest(
      Lease lease, Consumer<Checkpoint> verification, Consumer<String> warnings) {
    Selection found = reported(Selection.of(this, verification), warnings);
    new Pruning(this, lease, warnings).deleteUnfinished(name -> true);
    found.damaged().forEach((name, reason) -> putAside(name, reason, lease));
    return found.chosen();
  }

  /** As the other method, and reads every file in this thread. */
  public Optional<Checkpoint> recoverNewest(Lease lease, Consumer<String> warnings) {
    return recoverNewest(lease, patiently(Checkpoint::verify), warnings);
  }

  /** Why the checkpoint of that name was put aside; empty if it was not. */
  public Optional<String> quarantineReason(String name) {
    StoredFolder folder = folder(name);
    return Quarantine.holds(folder) ? Optional.of(Quarantine.reason(folder)) : Optional.empty();
  }

  /** Puts a damaged checkpoint aside, so that nothing reads, counts or deletes it. */
  void putAside(String name, String reason, Lease lease) {
    lease.check();
    Quarantine.put(folder(name), reason);
  }

  private Selection reported(Selection found, Consumer<String> warnings) {
    if (found.chosen().isEmpty() && !found.isEmpty()) {
      throw noneIntact(found.passedOver().values());
    }
    found
        .passedOver()
        .values()
        .forEach(
            reason ->
                warnings.accept(
                    reason
                        + " The checkpoint "
                        + found.chosen().orElseThrow().path()
                        + " is used instead."));
    return found;
  }

  /** The failure of a run whose checkpoints are all damaged, for the first of these reasons. */
  PalimpsestException noneIntact(Collection<String> reasons) {
    return PalimpsestException.input(
        "There are checkpoints in "
            + path()
            + ", but none is intact: restore one from a copy, or start over with --fresh. "
            + reasons.stream().findFirst().orElse(""));
  }

  /**
   * Deletes all checkpoints, complete or not, lowest step first.
   *
   * @param lease of the run
   */
  public void deleteAll(Lease lease) {
    names().forEach(name -> delete(name, lease));
  }

  /** Deletes a folder if the lease still holds. */
  void delete(String name, Lease lease) {
    lease.check();
    Retry.until(
        () -> {
          folder(name).delete();
          return name;
        });
  }
}
