package org.palimpsest.training.saving;

import java.util.List;
import org.palimpsest.storage.StoredFile;
import org.palimpsest.training.checkpoint.TrainingState;
import org.palimpsest.training.checkpoint.WorkerState;
import org.palimpsest.training.event.Progress;

/**
 * The last file that a worker writes to the folder of a checkpoint, {@code deposit-00000.json}: it
 * says that the worker's files are complete. When all workers have committed, the driver publishes
 * the checkpoint and deletes the commits.
 *
 * @param rank rank of the worker
 * @param state state of the run without the workers' own state; the same from all workers
 * @param worker the worker's own state
 * @param files files that the worker wrote
 * @param checksum of its parameters
 * @param points progress since the previous checkpoint; from worker 0 only
 */
public record WorkerCommit(
    int rank,
    TrainingState state,
    WorkerState worker,
    List<StoredFile> files,
    long checksum,
    List<Progress> points) {

  static final String PREFIX = "deposit-";

  public WorkerCommit {
    if (state == null || worker == null || files == null || points == null) {
      throw new IllegalArgumentException("a commit lacks its state, its worker, or its files");
    }
  }

  static String fileName(int rank) {
    return String.format(PREFIX + "%05d.json", rank);
  }

  /** This commit with the files that were written. */
  WorkerCommit with(List<StoredFile> written) {
    return new WorkerCommit(rank, state, worker, written, checksum, points);
  }

  /** The state of the checkpoint from the commits of all workers, by rank. */
  static TrainingState joined(List<WorkerCommit> commits) {
    List<WorkerState> workers =
        commits.stream()
            .map(WorkerCommit::worker)
            .filter(worker -> !worker.files().isEmpty() || worker.round().hasBegun())
            .toList();
    return commits.get(0).state().withWorkers(workers);
  }
}
