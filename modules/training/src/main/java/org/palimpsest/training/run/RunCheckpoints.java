package org.palimpsest.training.run;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.storage.DamageException;
import org.palimpsest.storage.Lease;
import org.palimpsest.storage.StoredFile;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.checkpoint.Checkpoints;
import org.palimpsest.training.checkpoint.Pruning;
import org.palimpsest.training.config.Recipe;

/** Lists, verifies and deletes the checkpoints of a recipe's run. Needs no Spark session. */
public final class RunCheckpoints {
  private final Recipe recipe;
  private final Configuration hadoop;
  private final Checkpoints checkpoints;

  /** Reads nothing yet: checkpoints that cannot be read can still be listed. */
  public RunCheckpoints(Recipe recipe, Configuration hadoop) {
    this.recipe = recipe;
    this.hadoop = hadoop;
    checkpoints = new Checkpoints(recipe.checkpointPath(), hadoop);
  }

  /**
   * A folder among the checkpoints.
   *
   * @param folder its name
   * @param step global steps done
   * @param bytes sum of the sizes of its files
   * @param rawTokens uncorrupted tokens read since the run began
   * @param trouble why the folder is not a checkpoint; empty if it is one
   * @param isFinished whether it has a manifest
   */
  public record Entry(
      String folder,
      long step,
      long bytes,
      long rawTokens,
      Optional<String> trouble,
      boolean isFinished) {
    private static Entry broken(String folder, String trouble, boolean isFinished) {
      return new Entry(folder, 0, 0, 0, Optional.of(trouble), isFinished);
    }
  }

  /** All folders, lowest step first. Reads manifests and states only. */
  public List<Entry> list() {
    return checkpoints.names().stream().map(this::entry).toList();
  }

  private Entry entry(String name) {
    try {
      if (!checkpoints.folder(name).hasManifest()) {
        return Entry.broken(name, "not finished", false);
      }
      Optional<String> putAside = checkpoints.quarantineReason(name);
      if (putAside.isPresent()) {
        return Entry.broken(name, "put aside: " + putAside.get(), true);
      }
      Checkpoint checkpoint = checkpoints.open(name);
      long bytes = checkpoint.files().values().stream().mapToLong(StoredFile::size).sum();
      return new Entry(
          name, checkpoint.step(), bytes, checkpoint.state().rawTokens(), Optional.empty(), true);
    } catch (PalimpsestException e) {
      return Entry.broken(name, e.getMessage(), true);
    }
  }

  /** What reading a checkpoint shows. */
  public enum Verdict {
    /** Every byte is as the manifest says. */
    OK,
    /** It has no manifest. */
    UNFINISHED,
    /** Certainly damaged. */
    DAMAGED,
    /** Found damaged by a run, which put it aside. */
    PUT_ASIDE,
    /** It may be good. */
    UNREADABLE
  }

  /**
   * A verdict with its reason.
   *
   * @param trouble a sentence; empty if there is none
   */
  public record Verification(Verdict verdict, Optional<String> trouble) {
    private static Verification of(Verdict verdict, String trouble) {
      return new Verification(verdict, Optional.of(trouble));
    }
  }

  /** Reads every file of a checkpoint. */
  public Verification verify(Entry entry) {
    try {
      if (!entry.isFinished()) {
        return new Verification(Verdict.UNFINISHED, Optional.empty());
      }
      Optional<String> putAside = checkpoints.quarantineReason(entry.folder());
      if (putAside.isPresent()) {
        return Verification.of(Verdict.PUT_ASIDE, putAside.get());
      }
      checkpoints.open(entry.folder()).verify();
      return new Verification(Verdict.OK, Optional.empty());
    } catch (PalimpsestException e) {
      Verdict verdict = DamageException.isProvenBy(e) ? Verdict.DAMAGED : Verdict.UNREADABLE;
      return Verification.of(verdict, e.getMessage());
    }
  }

  /**
   * Deletes incomplete checkpoints, and all except the newest and the best according to {@code
   * checkpoint.keep} and {@code checkpoint.keep-best}. Those that are kept are read first, and
   * damaged ones are put aside instead of counted.
   *
   * @param warnings takes a sentence for each checkpoint that is put aside
   * @return names of the deleted folders
   * @throws PalimpsestException of kind CLUSTER if the run is active; of kind INPUT if a checkpoint
   *     cannot be read, or none is good. Then no checkpoint is deleted
   */
  public List<String> prune(Consumer<String> warnings) {
    if (checkpoints.names().isEmpty()) {
      return List.of();
    }
    RunPlan plan = RunPlan.of(recipe.resumed(hadoop));
    try (Lease lease = plan.takeLease(hadoop)) {
      lease.goOnFrom(checkpoints.newest().map(Checkpoint::step).orElse(0L));
      Evaluations evaluations =
          new Evaluations(
              plan.evaluation(), Optional.empty(), new StoredFolder(plan.directory(), hadoop));
      evaluations.rewindTo(Long.MAX_VALUE);
      return new Pruning(checkpoints, lease, warnings)
          .verifyAndDelete(plan.keep(), name -> evaluations.isAmongBest(name, plan.keepBest()));
    }
  }

  /**
   * Deletes all checkpoints, those that were put aside included.
   *
   * @param deleteOthers deletes the run's other files while no process can start the run
   * @throws PalimpsestException of kind CLUSTER if the run is active; then nothing is deleted
   */
  public void startOver(Runnable deleteOthers) {
    try (Lease lease = RunPlan.of(recipe.fromScratch()).takeLease(hadoop)) {
      checkpoints.deleteAll(lease);
      lease.check();
      deleteOthers.run();
    }
  }
}
