package org.palimpsest.training.saving;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.palimpsest.storage.Lease;
import org.palimpsest.storage.Retry;
import org.palimpsest.storage.StoredFile;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.checkpoint.Checkpoints;
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

  /** Damaged checkpoints, which are kept until a new one replaces them. */
  private List<String> damaged = List.of();

  private Optional<Checkpoint> newest = Optional.empty();

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
  }

  /**
   * Which checkpoints are kept when a new one is published.
   *
   * @param last number of newest checkpoints that are kept
   * @param isBest whether the checkpoint in the folder of that name is kept for its evaluation
   */
  public record Retention(int last, Predicate<String> isBest) {}

  /**
   * Finds the newest valid checkpoint. The next one that is published replaces newer, damaged ones.
   */
  public synchronized Optional<Checkpoint> findNewest() {
    newest = checkpoints.newestValid(listener::warning);
    damaged = checkpoints.newerThan(newest);
    return newest;
  }

  /** The last checkpoint that was found or published. */
  public synchronized Optional<Checkpoint> newest() {
    return newest;
  }

  RunListener listener() {
    return listener;
  }

  /** The commits for the checkpoint of a step; empty while one is missing. */
  Optional<List<WorkerCommit>> complete(SegmentOrder order, long step) {
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

  /** Publishes a checkpoint from the commits of all workers. */
  synchronized void publish(SegmentOrder order, List<WorkerCommit> commits) {
    warnIfReplicasDiffer(commits);
    TrainingState state = WorkerCommit.joined(commits);
    List<StoredFile> files = new ArrayList<>();
    commits.forEach(commit -> files.addAll(commit.files()));
    StoredFolder folder = folder(order, state.step());
    attachments.forEach((name, bytes) -> files.add(write(folder, name, bytes)));
    WorkerCommits.clear(folder, order.workers());
    lease.check();
    Checkpoint checkpoint =
        Retry.until(() -> checkpoints.publish(folder, state, files, lease.number()));
    newest = Optional.of(checkpoint);
    cleanUp(order);
    metrics.append(commits.get(0).points());
    listener.checkpointPublished(checkpoint.path(), checkpoint.step());
  }

  private static StoredFile write(StoredFolder folder, String name, byte[] bytes) {
    return Retry.until(() -> folder.write(name, out -> out.write(bytes)));
  }

  private void cleanUp(SegmentOrder order) {
    checkpoints.delete(damaged);
    damaged = List.of();
    checkpoints.prune(
        retention.last(), retention.isBest(), name -> name.endsWith("-" + order.attempt()));
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
