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

/** How a run's checkpoints come into the world, under its lease: the manifest comes last. */
public final class CheckpointPublisher {
  private final Checkpoints checkpoints;
  private final Map<String, byte[]> attachments;
  private final MetricsFile metrics;
  private final RunListener listener;
  private final Lease lease;
  private final Retention retention;

  /** Damaged checkpoints: they stay until there is one that was trained in their place. */
  private List<String> passedOver = List.of();

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
   * Which checkpoints stay when a new one is published.
   *
   * @param last how many of the newest stay
   * @param isBest whether the checkpoint in a folder of that name stays for its evaluation
   */
  public record Retention(int last, Predicate<String> isBest) {}

  /** The newest checkpoint that can be read; what is newer and cannot will be replaced. */
  public synchronized Optional<Checkpoint> findNewest() {
    newest = checkpoints.newestValid(listener::warning);
    passedOver = checkpoints.newerThan(newest);
    return newest;
  }

  /** The last one that was found or published. */
  public synchronized Optional<Checkpoint> newest() {
    return newest;
  }

  RunListener listener() {
    return listener;
  }

  /** What the workers have left in the folder of a step, if all of them have. */
  Optional<List<WorkerCommit>> complete(SegmentOrder order, long step) {
    return WorkerCommits.in(folder(order, step), order.workers());
  }

  private StoredFolder folder(SegmentOrder order, long step) {
    return checkpoints.folder(Checkpoints.folderName(step, order.attempt()));
  }

  /** Makes a checkpoint of what all workers have left. */
  synchronized void publish(SegmentOrder order, List<WorkerCommit> deposits) {
    warnIfReplicasDiffer(deposits);
    TrainingState state = WorkerCommit.joined(deposits);
    List<StoredFile> files = new ArrayList<>();
    deposits.forEach(deposit -> files.addAll(deposit.files()));
    StoredFolder folder = folder(order, state.step());
    attachments.forEach((name, bytes) -> files.add(write(folder, name, bytes)));
    WorkerCommits.clear(folder, order.workers());
    lease.check();
    Checkpoint checkpoint =
        Retry.until(() -> checkpoints.publish(folder, state, files, lease.number()));
    newest = Optional.of(checkpoint);
    cleanUp(order);
    metrics.append(deposits.get(0).points());
    listener.checkpointPublished(checkpoint.path(), checkpoint.step());
  }

  private static StoredFile write(StoredFolder folder, String name, byte[] bytes) {
    return Retry.until(() -> folder.write(name, out -> out.write(bytes)));
  }

  private void cleanUp(SegmentOrder order) {
    checkpoints.delete(passedOver);
    passedOver = List.of();
    checkpoints.prune(
        retention.last(), retention.isBest(), name -> name.endsWith("-" + order.attempt()));
  }

  /** Processors of different kinds may round differently where each makes the update by itself. */
  private void warnIfReplicasDiffer(List<WorkerCommit> deposits) {
    long different = deposits.stream().mapToLong(WorkerCommit::checksum).distinct().count();
    if (different > 1) {
      listener.warning(
          "After the last round there are "
              + different
              + " different replicas instead of one, perhaps on different processors: that of"
              + " worker 0 is kept.");
    }
  }
}
