package org.palimpsest.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.palimpsest.model.storage.StoredFile;
import org.palimpsest.model.storage.StoredFolder;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.checkpoint.Checkpoints;
import org.palimpsest.training.checkpoint.Lease;
import org.palimpsest.training.checkpoint.Patience;
import org.palimpsest.training.checkpoint.TrainingState;

/** How a run's checkpoints come into the world, under its lease: the manifest comes last. */
final class Publication {
  private final RunPlan plan;
  private final Checkpoints checkpoints;
  private final Map<String, byte[]> attachments;
  private final MetricsFile metrics;
  private final RunListener listener;
  private final Lease lease;
  private final Predicate<String> isBest;

  /** Damaged checkpoints: they stay until there is one that was trained in their place. */
  private List<String> passedOver = List.of();

  private Optional<Checkpoint> newest = Optional.empty();

  Publication(
      RunPlan plan,
      Checkpoints checkpoints,
      Map<String, byte[]> attachments,
      MetricsFile metrics,
      RunListener listener,
      Lease lease,
      Predicate<String> isBest) {
    this.plan = plan;
    this.checkpoints = checkpoints;
    this.attachments = attachments;
    this.metrics = metrics;
    this.listener = listener;
    this.lease = lease;
    this.isBest = isBest;
  }

  /** The newest checkpoint that can be read; what is newer and cannot will be replaced. */
  synchronized Optional<Checkpoint> findNewest() {
    newest = checkpoints.newestValid(listener::warning);
    passedOver = checkpoints.newerThan(newest);
    return newest;
  }

  /** The last one that was found or published. */
  synchronized Optional<Checkpoint> newest() {
    return newest;
  }

  RunListener listener() {
    return listener;
  }

  /** What the workers have left in the folder of a step, if all of them have. */
  Optional<List<Deposit>> complete(SegmentOrder order, long step) {
    return Deposits.in(folder(order, step), order.workers());
  }

  private StoredFolder folder(SegmentOrder order, long step) {
    return checkpoints.folder(Checkpoints.folderName(step, order.attempt()));
  }

  /** Makes a checkpoint of what all workers have left. */
  synchronized void publish(SegmentOrder order, List<Deposit> deposits) {
    warnIfReplicasDiffer(deposits);
    TrainingState state = Deposit.joined(deposits);
    List<StoredFile> files = new ArrayList<>();
    deposits.forEach(deposit -> files.addAll(deposit.files()));
    StoredFolder folder = folder(order, state.step());
    attachments.forEach((name, bytes) -> files.add(write(folder, name, bytes)));
    files.add(write(folder, Checkpoint.RECIPE, plan.recipeText()));
    Deposits.clear(folder, order.workers());
    lease.check();
    Checkpoint checkpoint =
        Patience.until(() -> checkpoints.publish(folder, state, files, lease.number()));
    newest = Optional.of(checkpoint);
    cleanUp(order);
    metrics.append(deposits.get(0).points());
    listener.checkpointPublished(checkpoint.path(), checkpoint.step());
  }

  private static StoredFile write(StoredFolder folder, String name, byte[] bytes) {
    return Patience.until(() -> folder.write(name, out -> out.write(bytes)));
  }

  private void cleanUp(SegmentOrder order) {
    checkpoints.delete(passedOver);
    passedOver = List.of();
    checkpoints.prune(plan.keep(), isBest, name -> name.endsWith("-" + order.attempt()));
  }

  /** Processors of different kinds may round differently where each makes the update by itself. */
  private void warnIfReplicasDiffer(List<Deposit> deposits) {
    long different = deposits.stream().mapToLong(Deposit::checksum).distinct().count();
    if (different > 1) {
      listener.warning(
          "After the last round there are "
              + different
              + " different replicas instead of one, perhaps on different processors: that of"
              + " worker 0 is kept.");
    }
  }
}
