package org.palimpsest.training.transport.spark;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.palimpsest.model.FlatVector;
import org.palimpsest.storage.Retry;
import org.palimpsest.storage.StoredFile;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.checkpoint.TrainingState;
import org.palimpsest.training.checkpoint.VectorFile;
import org.palimpsest.training.checkpoint.WorkerState;
import org.palimpsest.training.checkpoint.WorkerState.OwnVector;
import org.palimpsest.training.event.Progress;
import org.palimpsest.training.saving.WorkerCommit;

/**
 * A checkpoint that the driver writes: the model is on the driver, and the workers have written
 * their own state during the round.
 *
 * @param model does not change while it is written
 * @param state state of the run
 * @param reports of the workers in the last round, by rank
 * @param checksum of the parameters
 * @param points progress since the previous checkpoint
 */
record DriverCheckpoint(
    DriverModel model,
    TrainingState state,
    List<RoundReport> reports,
    long checksum,
    List<Progress> points) {
  private static final String MEAN_MOMENTS = "optimizer-00000.bin";

  /**
   * Writes the model's vectors.
   *
   * @param meanWeight target tokens that the model's mean of the workers' moments stands for; empty
   *     if it has none
   * @return the commits of all workers; worker 0 lists all files
   */
  List<WorkerCommit> write(StoredFolder folder, Optional<Double> meanWeight) {
    List<StoredFile> files = new ArrayList<>();
    files.add(write(folder, Checkpoint.PARAMETERS, model.parameters()));
    model.outer().velocity().ifPresent(v -> files.add(write(folder, Checkpoint.OUTER, v)));
    reports.forEach(report -> files.addAll(report.files()));
    List<WorkerState> workers = new ArrayList<>(reports.stream().map(RoundReport::state).toList());
    if (meanWeight.isPresent()) {
      files.add(write(folder, MEAN_MOMENTS, model.moments()));
      workers.set(0, withMeanMoments(workers.get(0), meanWeight.get()));
    }
    List<WorkerCommit> commits = new ArrayList<>();
    for (int rank = 0; rank < workers.size(); rank++) {
      commits.add(
          new WorkerCommit(
              rank,
              state,
              workers.get(rank),
              rank == 0 ? files : List.of(),
              checksum,
              rank == 0 ? points : List.of()));
    }
    return commits;
  }

  private static StoredFile write(StoredFolder folder, String name, FlatVector vector) {
    return Retry.until(() -> VectorFile.write(folder, name, vector));
  }

  private static WorkerState withMeanMoments(WorkerState first, double weight) {
    Map<OwnVector, String> names = new EnumMap<>(OwnVector.class);
    names.putAll(first.files());
    names.put(OwnVector.MOMENTS, MEAN_MOMENTS);
    return new WorkerState(names, first.updates(), weight);
  }
}
