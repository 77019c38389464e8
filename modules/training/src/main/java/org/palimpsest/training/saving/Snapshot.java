package org.palimpsest.training.saving;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.FlatVector;
import org.palimpsest.training.checkpoint.TrainingState;
import org.palimpsest.training.checkpoint.WorkerState;
import org.palimpsest.training.event.Progress;

/**
 * What one worker has to keep of a step.
 *
 * @param state where the run stands
 * @param worker names this worker's files
 * @param vectors what shall stand in which file
 * @param checksum of the worker's parameters
 * @param points progress since the checkpoint before
 */
public record Snapshot(
    TrainingState state,
    WorkerState worker,
    Map<String, FlatVector> vectors,
    long checksum,
    List<Progress> points) {

  /** The same with copies of the vectors, so that the replica can train on. */
  Snapshot copied(Path folder) {
    Map<String, FlatVector> copies = new LinkedHashMap<>();
    Snapshot copy = new Snapshot(state, worker, copies, checksum, points);
    try {
      for (Map.Entry<String, FlatVector> entry : vectors.entrySet()) {
        copies.put(entry.getKey(), LocalVector.copy(entry.getValue(), folder));
      }
      return copy;
    } catch (IOException e) {
      copy.discard();
      throw new PalimpsestException(
          PalimpsestException.Kind.CLUSTER,
          "No copy of a replica fits into "
              + folder
              + " (spark.local.dir): "
              + e.getMessage()
              + ".",
          e);
    }
  }

  /** Gives copies free. */
  void discard() {
    for (FlatVector vector : vectors.values()) {
      if (vector instanceof LocalVector copy) {
        copy.close();
      }
    }
  }
}
