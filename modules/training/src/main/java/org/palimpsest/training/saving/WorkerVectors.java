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
import org.palimpsest.training.checkpoint.WorkerState.OwnVector;

/**
 * Files of a vector that each worker has for itself: the moments of its inner optimizer, or its
 * residual.
 *
 * @param folder URI of their folder
 * @param files one file per worker, or one for all workers
 * @param weights weight of each file in a mean
 * @param updates number of updates that an optimizer has made
 */
public record WorkerVectors(
    String folder, List<StoredFile> files, List<Double> weights, long updates)
    implements Serializable {
  /**
   * No files: {@link #restore} and {@link #restoreShare} set the vector to 0.
   *
   * @param folder any folder
   */
  public static WorkerVectors none(String folder) {
    return new WorkerVectors(folder, List.of(), List.of(), 0);
  }

  /** The moments of the inner optimizers in a checkpoint. */
  public static WorkerVectors of(Checkpoint checkpoint) {
    List<WorkerState> workers =
        checkpoint.state().workers().stream().filter(w -> w.moments().isPresent()).toList();
    return new WorkerVectors(
        checkpoint.path(),
        files(checkpoint, OwnVector.MOMENTS),
        workers.stream().map(WorkerState::weight).toList(),
        workers.stream().mapToLong(WorkerState::updates).max().orElse(0));
  }

  /** The residuals of the compressed exchanges in a checkpoint. */
  public static WorkerVectors residualsOf(Checkpoint checkpoint) {
    return new WorkerVectors(
        checkpoint.path(), files(checkpoint, OwnVector.RESIDUAL), List.of(), 0);
  }

  private static List<StoredFile> files(Checkpoint checkpoint, OwnVector vector) {
    return checkpoint.state().workers().stream()
        .flatMap(worker -> worker.file(vector).stream())
        .map(checkpoint::file)
        .toList();
  }

  /**
   * Restores the moments of a worker. If the number of workers has changed, every worker gets the
   * mean of all moments, weighted by target tokens.
   */
  public void restore(Trainable<?> replica, int rank, int workers, Configuration hadoop) {
    boolean own = files.size() == workers && workers > 1;
    StoredFolder place = new StoredFolder(new Path(folder), hadoop);
    FlatVector moments = replica.optimizerState();
    if (files.isEmpty()) {
      moments.scale(0);
    } else if (own) {
      VectorFile.read(place, files.get(rank), moments);
    } else {
      VectorFile.readMean(place, files, weights, moments);
    }
    replica.restoreUpdates(updates);
  }

  /**
   * Restores the vector of a worker. If the number of workers has changed, every worker gets an
   * equal part of the sum of all vectors.
   */
  public void restoreShare(FlatVector vector, int rank, int workers, Configuration hadoop) {
    StoredFolder place = new StoredFolder(new Path(folder), hadoop);
    if (files.isEmpty()) {
      vector.scale(0);
    } else if (files.size() == workers) {
      VectorFile.read(place, files.get(rank), vector);
    } else {
      double[] equal = files.stream().mapToDouble(file -> 1.0 / workers).toArray();
      VectorFile.readSum(place, files, equal, vector);
    }
  }
}
