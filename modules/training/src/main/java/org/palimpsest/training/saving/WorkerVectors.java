package org.palimpsest.training.saving;

import java.io.Serializable;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.palimpsest.model.FlatVector;
import org.palimpsest.model.Trainable;
import org.palimpsest.storage.StoredFile;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.checkpoint.VectorFile;
import org.palimpsest.training.checkpoint.WorkerState;

/**
 * Where the moments of the inner optimizers lie, or another vector that each worker has for itself.
 *
 * @param folder URI of their folder
 * @param files one for each worker, or one for all
 * @param weights what each counts for when their mean is taken
 * @param updates that an optimizer has made
 */
public record WorkerVectors(
    String folder, List<StoredFile> files, List<Double> weights, long updates)
    implements Serializable {
  private static final int ALL = -1;

  /** No moments: every optimizer begins anew. */
  public static WorkerVectors none() {
    return new WorkerVectors("", List.of(), List.of(), 0);
  }

  public static WorkerVectors of(Checkpoint checkpoint) {
    List<WorkerState> workers =
        checkpoint.state().workers().stream().filter(w -> !w.file().isEmpty()).toList();
    return new WorkerVectors(
        checkpoint.path(),
        workers.stream().map(worker -> checkpoint.file(worker.file())).toList(),
        workers.stream().map(WorkerState::weight).toList(),
        workers.stream().mapToLong(WorkerState::updates).max().orElse(0));
  }

  /** What compressed exchanges had lost by then. */
  public static WorkerVectors residualsOf(Checkpoint checkpoint) {
    List<WorkerState> workers =
        checkpoint.state().workers().stream().filter(w -> !w.residual().isEmpty()).toList();
    return new WorkerVectors(
        checkpoint.path(),
        workers.stream().map(worker -> checkpoint.file(worker.residual())).toList(),
        List.of(),
        0);
  }

  /**
   * A worker takes up the state it left. Where their number has changed, every worker begins with
   * the mean of the moments, weighted by the target tokens that went into them.
   */
  public void restore(Trainable<?> replica, int rank, int workers, Configuration hadoop) {
    boolean own = files.size() == workers && workers > 1;
    fill(replica.optimizerState(), own ? rank : ALL, shares(), hadoop);
    replica.restoreUpdates(updates);
  }

  /**
   * A worker takes up what it left, or, where their number has changed, an equal share of what all
   * have left.
   */
  public void restoreShare(FlatVector vector, int rank, int workers, Configuration hadoop) {
    double[] equal = files.stream().mapToDouble(file -> 1.0 / workers).toArray();
    fill(vector, files.size() == workers ? rank : ALL, equal, hadoop);
  }

  private void fill(FlatVector vector, int only, double[] shares, Configuration hadoop) {
    if (files.isEmpty()) {
      vector.scale(0);
      return;
    }
    StoredFolder place = new StoredFolder(new Path(folder), hadoop);
    if (only == ALL) {
      VectorFile.readMean(place, files, shares, vector);
    } else {
      VectorFile.read(place, files.get(only), vector);
    }
  }

  private double[] shares() {
    double sum = weights.stream().mapToDouble(Double::doubleValue).sum();
    return weights.stream()
        .mapToDouble(weight -> sum == 0 ? 1.0 / weights.size() : weight / sum)
        .toArray();
  }
}
