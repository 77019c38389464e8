package org.palimpsest.training.preflight;

import java.time.Duration;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.palimpsest.model.Device;
import org.palimpsest.training.config.Transport;
import org.palimpsest.training.config.WorkerResources;
import org.palimpsest.training.workload.ReplicaSize;

/**
 * What a run asks of a cluster.
 *
 * @param workers replicas, one a task
 * @param transport how workers exchange
 * @param size of a replica, where that is known
 * @param vectors flat vectors that a replica holds besides its optimizer's state: parameters,
 *     gradients, what the outer optimizer remembers
 * @param device where replicas compute
 * @param resources of a worker's task
 * @param directory the run's, on any Hadoop file system
 * @param timeout longest wait for another worker
 * @param startTimeout longest wait for executors
 */
public record ClusterRequirements(
    int workers,
    Transport transport,
    Optional<ReplicaSize> size,
    int vectors,
    Device device,
    WorkerResources resources,
    Path directory,
    Duration timeout,
    Duration startTimeout) {

  private static final long SHORTEST_SLICE_BYTES = 1 << 18;
  private static final long SLICES_TOGETHER_BYTES = 1 << 27;

  /** Bytes of one flat vector of the model; 0 where its size is not known. */
  long vectorBytes() {
    return size.map(ReplicaSize::parameters).orElse(0L) * Float.BYTES;
  }

  /** Bytes of the longest piece in which a model goes through a shuffle. */
  long sliceBytes() {
    long half = vectorBytes() / (2L * workers);
    return Math.min(Math.max(half, SHORTEST_SLICE_BYTES), SLICES_TOGETHER_BYTES / workers);
  }

  /** Bytes that a replica keeps, its activations not counted. */
  long replicaBytes() {
    return vectors * vectorBytes() + size.map(ReplicaSize::optimizerState).orElse(0L) * Float.BYTES;
  }
}
