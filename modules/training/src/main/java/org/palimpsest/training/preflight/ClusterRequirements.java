package org.palimpsest.training.preflight;

import java.time.Duration;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.palimpsest.model.Device;
import org.palimpsest.training.config.TrainingSettings.InnerState;
import org.palimpsest.training.config.TrainingSettings.Placement;
import org.palimpsest.training.config.Transport;
import org.palimpsest.training.config.WorkerResources;
import org.palimpsest.training.workload.ReplicaSize;

/**
 * What a run needs from a cluster.
 *
 * @param placement the tasks of the workers
 * @param transport how workers exchange
 * @param replica what a worker keeps in memory
 * @param directory of the run, on any Hadoop file system
 */
public record ClusterRequirements(
    Placement placement, Transport transport, Replica replica, Path directory) {

  /**
   * What a worker keeps in memory.
   *
   * @param size of a replica, if it is known before one is created
   * @param vectors flat vectors of a replica, without the state of its optimizer: parameters,
   *     gradients, the memory of the outer optimizer
   * @param innerState what happens to the optimizers' states between rounds that are jobs
   * @param readerBytes heap in which it holds what it reads ahead
   */
  public record Replica(
      Optional<ReplicaSize> size, int vectors, InnerState innerState, long readerBytes) {}

  private static final long SHORTEST_SLICE_BYTES = 1 << 18;
  private static final long SLICES_TOGETHER_BYTES = 1 << 27;
  private static final long RESULT_BYTES = 1 << 26;
  private static final long FEW_BLOCKS = 1 << 13;

  public int workers() {
    return placement.workers();
  }

  public Optional<ReplicaSize> size() {
    return replica.size();
  }

  public Device device() {
    return placement.device();
  }

  public WorkerResources resources() {
    return placement.resources();
  }

  public Duration timeout() {
    return placement.timeout();
  }

  public Duration startTimeout() {
    return placement.startTimeout();
  }

  /** Bytes of one flat vector of the model; 0 if its size is not known. */
  long vectorBytes() {
    return size().map(ReplicaSize::parameters).orElse(0L) * Float.BYTES;
  }

  long readerBytes() {
    return replica.readerBytes();
  }

  private long optimizerBytes() {
    return size().map(ReplicaSize::optimizerState).orElse(0L) * Float.BYTES;
  }

  /** Bytes of the vectors that pass through the driver in a round. */
  long throughDriverBytes() {
    if (transport != Transport.SPARK) {
      return 0;
    }
    return vectorBytes() + (replica.innerState() == InnerState.AVERAGE ? optimizerBytes() : 0);
  }

  /** Bytes of the longest slice of a model in a shuffle. */
  long sliceBytes() {
    long half = throughDriverBytes() / (2L * workers());
    return Math.min(Math.max(half, SHORTEST_SLICE_BYTES), SLICES_TOGETHER_BYTES / workers());
  }

  /** Bytes of the largest result of a task in a round. */
  long resultBytes() {
    return Math.max(
        sliceBytes(), Math.min(RESULT_BYTES, throughDriverBytes() * workers() / FEW_BLOCKS));
  }

  /** Bytes of what a worker keeps beside parameters and gradients. */
  long outerBytes() {
    return (replica.vectors() - 2) * vectorBytes();
  }

  /** Bytes of a replica without its activations. */
  long replicaBytes() {
    return replica.vectors() * vectorBytes() + optimizerBytes();
  }
}
