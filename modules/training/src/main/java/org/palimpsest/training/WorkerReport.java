package org.palimpsest.training;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.Serializable;
import java.util.List;
import org.palimpsest.model.storage.StoredFile;
import org.palimpsest.training.checkpoint.TrainingState;
import org.palimpsest.training.checkpoint.WorkerState;

/**
 * What a worker hands to the driver at the end of a segment. Small: the vectors are in files.
 *
 * @param rank the worker's
 * @param ending why the segment ended; the same on all workers
 * @param state where the run stands, but for what each worker leaves; the same on all workers
 * @param worker what this worker's optimizer left; its file is empty if it wrote none
 * @param files what this worker wrote into the checkpoint's folder
 * @param checksum of this worker's parameters
 * @param points progress by seconds; from worker 0 only
 * @param secondsLeft of the time limit, by this worker's clock
 */
@DefaultSerializer(JavaSerializer.class) // For programs that name no registrator of ours.
record WorkerReport(
    int rank,
    Ending ending,
    TrainingState state,
    WorkerState worker,
    List<StoredFile> files,
    long checksum,
    List<Progress> points,
    double secondsLeft)
    implements Serializable {

  /** What all workers, by rank, leave for the checkpoint. */
  static TrainingState joined(List<WorkerReport> reports) {
    List<WorkerState> workers =
        reports.stream()
            .map(WorkerReport::worker)
            .filter(worker -> !worker.file().isEmpty())
            .toList();
    return reports.get(0).state().withWorkers(workers);
  }

  /** Why a segment ended. */
  enum Ending {
    COMPLETE,
    TIME_LIMIT,
    DIVERGED
  }
}
