package org.palimpsest.training.saving;

import java.util.List;
import org.palimpsest.storage.StoredFile;
import org.palimpsest.training.checkpoint.TrainingState;
import org.palimpsest.training.checkpoint.WorkerState;
import org.palimpsest.training.event.Progress;

/**
 * What one worker has left in the folder of a checkpoint: {@code deposit-00000.json}, its last file
 * there. When all workers have left one, the driver publishes the checkpoint and removes them.
 *
 * @param rank the worker's
 * @param state where the run stands, but for what each worker leaves; the same from all workers
 * @param worker what its optimizer left; the file is empty if it wrote none
 * @param files what it wrote
 * @param checksum of its parameters
 * @param points progress since the checkpoint before; from worker 0 only
 */
public record WorkerCommit(
    int rank,
    TrainingState state,
    WorkerState worker,
    List<StoredFile> files,
    long checksum,
    List<Progress> points) {

  static final String PREFIX = "deposit-";

  static String fileName(int rank) {
    return String.format(PREFIX + "%05d.json", rank);
  }

  /** This commit with the files that were written. */
  WorkerCommit with(List<StoredFile> written) {
    return new WorkerCommit(rank, state, worker, written, checksum, points);
  }

  /** What all workers, by rank, leave for the checkpoint. */
  static TrainingState joined(List<WorkerCommit> deposits) {
    List<WorkerState> workers =
        deposits.stream()
            .map(WorkerCommit::worker)
            .filter(worker -> !worker.files().isEmpty())
            .toList();
    return deposits.get(0).state().withWorkers(workers);
  }
}
