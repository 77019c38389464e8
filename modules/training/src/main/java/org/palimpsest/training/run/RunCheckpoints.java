package org.palimpsest.training.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.storage.Lease;
import org.palimpsest.storage.StoredFile;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.checkpoint.Checkpoints;
import org.palimpsest.training.config.Recipe;

/** Lists, verifies and deletes the checkpoints of a recipe's run. Needs no Spark session. */
public final class RunCheckpoints {
  private final RunPlan plan;
  private final Configuration hadoop;
  private final Checkpoints checkpoints;

  public RunCheckpoints(Recipe recipe, Configuration hadoop) {
    plan = RunPlan.of(recipe.resumed(hadoop));
    this.hadoop = hadoop;
    checkpoints = new Checkpoints(plan.checkpointPath(), hadoop);
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
    if (!checkpoints.folder(name).hasManifest()) {
      return Entry.broken(name, "not finished", false);
    }
    try {
      Checkpoint checkpoint = checkpoints.open(name);
      long bytes = checkpoint.files().values().stream().mapToLong(StoredFile::size).sum();
      return new Entry(
          name, checkpoint.step(), bytes, checkpoint.state().rawTokens(), Optional.empty(), true);
    } catch (PalimpsestException e) {
      return Entry.broken(name, e.getMessage(), true);
    }
  }

  /**
   * Reads every file of a checkpoint. Returns what is damaged; empty for an incomplete checkpoint.
   */
  public Optional<String> damage(Entry entry) {
    if (!entry.isFinished()) {
      return Optional.empty();
    }
    try {
      checkpoints.open(entry.folder()).verify();
      return Optional.empty();
    } catch (PalimpsestException e) {
      return Optional.of(e.getMessage());
    }
  }

  /**
   * Deletes incomplete checkpoints, and all except the newest and the best according to {@code
   * checkpoint.keep} and {@code checkpoint.keep-best}.
   *
   * @return names of the deleted folders
   * @throws PalimpsestException of kind CLUSTER if the run is active
   */
  public List<String> prune() {
    List<String> before = checkpoints.names();
    if (before.isEmpty()) {
      return before;
    }
    try (Lease lease = Lease.take(plan.checkpointPath(), hadoop, plan.lease())) {
      lease.goOnFrom(checkpoints.newest().map(Checkpoint::step).orElse(0L));
      Evaluations evaluations =
          new Evaluations(
              plan.evaluation(), Optional.empty(), new StoredFolder(plan.directory(), hadoop));
      evaluations.rewindTo(Long.MAX_VALUE);
      checkpoints.prune(
          plan.keep(), name -> evaluations.isAmongBest(name, plan.keepBest()), name -> false);
    }
    List<String> gone = new ArrayList<>(before);
    gone.removeAll(checkpoints.names());
    return gone;
  }

  /**
   * Deletes all checkpoints.
   *
   * @param deleteOthers deletes the run's other files while no process can start the run
   * @throws PalimpsestException of kind CLUSTER if the run is active; then nothing is deleted
   */
  public void startOver(Runnable deleteOthers) {
    try (Lease lease = Lease.take(plan.checkpointPath(), hadoop, plan.lease())) {
      checkpoints.deleteAll();
      lease.check();
      deleteOthers.run();
    }
  }
}
