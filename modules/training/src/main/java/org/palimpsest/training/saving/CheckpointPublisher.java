package org.palimpsest.training.saving;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.storage.Lease;
import org.palimpsest.storage.Retry;
import org.palimpsest.storage.StoredFile;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.checkpoint.Checkpoints;
import org.palimpsest.training.checkpoint.Pruning;
import org.palimpsest.training.checkpoint.TrainingState;
import org.palimpsest.training.event.RunListener;
import org.palimpsest.training.segment.SegmentOrder;

/**
 * Publishes the checkpoints of a run while it holds the run's lease: attachments first, then the
 * state, and the manifest last.
 */
public final class CheckpointPublisher {
  private final Checkpoints checkpoints;
  private final Map<String, byte[]> attachments;
  private final MetricsFile metrics;
  private final RunListener listener;
  private final Lease lease;
  private final Retention retention;
  private final Pruning pruning;

  /** Names of the checkpoints that this process has read back. */
  private final Set<String> verified = new HashSet<>();

  /** The attempts of this process, whose folders no other process writes. */
  private final Set<String> attempts = new HashSet<>();

  private volatile Optional<Checkpoint> newest = Optional.empty();

  public CheckpointPublisher(
      Checkpoints checkpoints,
      Map<String, byte[]> attachments,
      MetricsFile metrics,
      RunListener listener,
      Lease lease,
      Retention retention) {
    this.checkpoints = checkpoints;
    this.attachments = attachments;
    this.metrics = metrics;
    this.listener = listener;
    this.lease = lease;
    this.retention = retention;
    pruning = new Pruning(checkpoints, lease, listener::warning);
  }

  /**
   * Which checkpoints are kept when a new one is published.
   *
   * @param last number of newest checkpoints that are kept
   * @param isBest whether the checkpoint in the folder of that name is kept for its evaluation
   */
  public record Retention(int last, Predicate<String> isBest) {}

  /**
   * Finds the newest valid checkpoint, while no segment runs. Newer, damaged ones are put aside,
   * and unfinished ones are deleted: they will never be finished, and may fill the disk.
   *
   * @param verification reads every file of a checkpoint: see {@link Checkpoints#recoverNewest}
   * @throws PalimpsestException if a checkpoint cannot be read, or if there are checkpoints, but
   *     none is good
   */
  public synchronized Optional<Checkpoint> findNewest(Consumer<Checkpoint> verification) {
    return took(checkpoints.recoverNewest(lease, verification, listener::warning));
  }

  /** As the other method, and reads every file in this thread. */
  public synchronized Optional<Checkpoint> findNewest() {
    return took(checkpoints.recoverNewest(lease, listener::warning));
  }

  private Optional<Checkpoint> took(Optional<Checkpoint> found) {
    newest = found;
    verified.clear();
    newest.map(CheckpointPublisher::name).ifPresent(verified::add);
    return newest;
  }

  private static String name(Checkpoint checkpoint) {
    return checkpoint.folder().path().getName();
  }

  /** The last checkpoint that was found or published, also while a publication hangs. */
  public Optional<Checkpoint> newest() {
    return newest;
  }

  RunListener listener() {
    return listener;
  }

  /** How long a publication may take: its three parts have a deadline each. */
  Duration longestPublication() {
    return lease.deadline().limit().multipliedBy(3);
  }

  /** The step of the segment's newest checkpoint that a worker has begun to write; 0 if none. */
  long newestBegun(SegmentOrder order) {
    List<Long> steps = checkpoints.steps(order.attempt());
    return steps.isEmpty() ? 0 : steps.get(steps.size() - 1);
  }

  /** The commits for the checkpoint of a step; empty while one is missing. */
  synchronized Optional<List<WorkerCommit>> complete(SegmentOrder order, long step) {
    attempts.add(order.attempt());
    return WorkerCommits.in(folder(order, step), order.workers());
  }

  /** The commits of the segment's newest checkpoint after a step that has all of them. */
  Optional<List<WorkerCommit>> newestComplete(SegmentOrder order, long after) {
    List<Long> steps = checkpoints.steps(order.attempt());
    for (int i = steps.size() - 1; i >= 0 && steps.get(i) > after; i--) {
      Optional<List<WorkerCommit>> commits = complete(order, steps.get(i));
      if (commits.isPresent()) {
        return commits;
      }
    }
    return Optional.empty();
  }

  private StoredFolder folder(SegmentOrder order, long step) {
    return checkpoints.folder(Checkpoints.folderName(step, order.attempt()));
  }

  /** Publishes a checkpoint from the commits of all workers, then deletes old ones. */
  synchronized void publish(SegmentOrder order, List<WorkerCommit> commits) {
    warnIfReplicasDiffer(commits);
    attempts.add(order.attempt());
    TrainingState state = WorkerCommit.joined(commits);
    StoredFolder folder = folder(order, state.step());
    Checkpoint checkpoint =
        lease
            .deadline()
            .call(
                "publish the checkpoint " + folder.path(), () -> published(folder, state, commits));
    newest = Optional.of(checkpoint);
    verified.add(name(checkpoint));
    tidy("delete old checkpoints in " + checkpoints.path(), () -> deleteOld(order, folder));
    lease.deadline().run("write metrics.jsonl", () -> metrics.append(commits.get(0).points()));
    listener.checkpointPublished(checkpoint.path(), checkpoint.step());
  }

  private Checkpoint published(
      StoredFolder folder, TrainingState state, List<WorkerCommit> commits) {
    List<StoredFile> files = new ArrayList<>();
    commits.forEach(commit -> files.addAll(commit.files()));
    attachments.forEach((name, bytes) -> files.add(write(folder, name, bytes)));
    lease.check();
    return Retry.until(() -> checkpoints.publish(folder, state, files, lease.number()));
  }

  private static StoredFile write(StoredFolder folder, String name, byte[] bytes) {
    return Retry.until(() -> folder.writeVerified(name, out -> out.write(bytes)));
  }

  /**
   * Keeps one checkpoint more than at the end of the run: the one before the newest stays while the
   * newest is the last thing that was written.
   */
  private void deleteOld(SegmentOrder order, StoredFolder published) {
    WorkerCommits.clear(published, order.workers());
    pruning.deleteUnfinished(name -> isOfAttempt(name) && !name.endsWith("-" + order.attempt()));
    pruning.deleteOld(retention.last() + 1, verified, retention.isBest());
    verified.retainAll(checkpoints.names());
  }

  private boolean isOfAttempt(String folder) {
    return attempts.contains(folder.substring(folder.lastIndexOf('-') + 1));
  }

  /** Deletes what is not kept at the end of a run. */
  public synchronized void finish() {
    tidy(
        "delete old checkpoints in " + checkpoints.path(),
        () -> {
          pruning.deleteUnfinished(this::isOfAttempt);
          pruning.deleteOld(retention.last(), verified, retention.isBest());
        });
  }

  /** What is not deleted now may be deleted after the next checkpoint: it does not end the run. */
  private void tidy(String what, Runnable deletion) {
    try {
      lease.deadline().run(what, deletion);
    } catch (PalimpsestException e) {
      listener.warning(e.getMessage());
    }
  }

  /** Processors of different types may round differently if each makes the update on its own. */
  private void warnIfReplicasDiffer(List<WorkerCommit> commits) {
    long different = commits.stream().mapToLong(WorkerCommit::checksum).distinct().count();
    if (different > 1) {
      listener.warning(
          "After the last round the workers have "
              + different
              + " different replicas, perhaps because of different processors: the checkpoint holds"
              + " the replica of worker 0.");
    }
  }
}
