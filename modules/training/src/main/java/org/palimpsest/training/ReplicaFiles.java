package org.palimpsest.training;

import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.palimpsest.model.Trainable;
import org.palimpsest.model.storage.StoredFile;
import org.palimpsest.model.storage.StoredFolder;
import org.palimpsest.training.TrainingSettings.Aggregate;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.checkpoint.Checkpoints;
import org.palimpsest.training.checkpoint.VectorFile;
import org.palimpsest.training.checkpoint.WorkerState;

/** How one worker's replica comes out of a checkpoint and goes into the next. */
final class ReplicaFiles {
  private final SegmentOrder order;
  private final int rank;
  private final Checkpoints checkpoints;

  ReplicaFiles(SegmentOrder order, int rank) {
    this.order = order;
    this.rank = rank;
    this.checkpoints = new Checkpoints(new Path(order.checkpoints()), order.hadoop().value());
  }

  /**
   * Gives the replica the parameters and the optimizer state of the checkpoint; a fresh start
   * leaves it as it was made.
   *
   * @return the outer optimizer, ready for the first round
   */
  OuterState restore(Trainable<?> replica) {
    if (order.isFresh()) {
      return OuterState.begin(order.settings().outer(), replica.parameters());
    }
    Checkpoint checkpoint = checkpoints.open(order.from());
    checkpoint.readParameters(replica.parameters());
    restoreOptimizer(replica, checkpoint);
    OuterState outer = OuterState.begin(order.settings().outer(), replica.parameters());
    if (checkpoint.state().outerState()) {
      outer
          .velocity()
          .ifPresent(
              velocity ->
                  VectorFile.read(
                      checkpoint.folder(), checkpoint.file(Checkpoint.OUTER), velocity));
    }
    return outer;
  }

  /**
   * A worker takes up the state it left. Where their number has changed, every worker begins with
   * the mean of the moments, weighted by the target tokens that went into them.
   */
  private void restoreOptimizer(Trainable<?> replica, Checkpoint checkpoint) {
    List<WorkerState> workers = checkpoint.state().workers();
    List<WorkerState> mine =
        workers.size() == order.workers() && workers.size() > 1
            ? List.of(workers.get(rank))
            : workers;
    List<StoredFile> files = mine.stream().map(w -> checkpoint.file(w.file())).toList();
    double[] shares = shares(mine);
    VectorFile.readMean(checkpoint.folder(), files, shares, replica.optimizerState());
    replica.restoreUpdates(mine.stream().mapToLong(WorkerState::updates).max().orElse(0));
  }

  private static double[] shares(List<WorkerState> workers) {
    double sum = workers.stream().mapToDouble(WorkerState::weight).sum();
    return workers.stream()
        .mapToDouble(w -> sum == 0 ? 1.0 / workers.size() : w.weight() / sum)
        .toArray();
  }

  /** What a worker wrote, and under which name its optimizer state lies. */
  record Written(WorkerState worker, List<StoredFile> files) {}

  /** Writes what this worker has to keep: worker 0 the parameters, each its own moments. */
  Written store(Trainable<?> replica, OuterState outer, long step, double weight) {
    StoredFolder folder = checkpoints.folder(Checkpoints.folderName(step, order.attempt()));
    List<StoredFile> files = new ArrayList<>();
    if (rank == 0) {
      files.add(VectorFile.write(folder, Checkpoint.PARAMETERS, replica.parameters()));
      outer.velocity().ifPresent(v -> files.add(VectorFile.write(folder, Checkpoint.OUTER, v)));
    }
    String name = "";
    if (rank == 0 || !optimizersAreAlike()) {
      name = String.format("optimizer-%05d.bin", rank);
      files.add(VectorFile.write(folder, name, replica.optimizerState()));
    }
    return new Written(new WorkerState(name, replica.updates(), weight), files);
  }

  /** With summed gradients all optimizers have seen the same: one copy is enough. */
  private boolean optimizersAreAlike() {
    return order.settings().aggregate() == Aggregate.GRADIENTS;
  }
}
