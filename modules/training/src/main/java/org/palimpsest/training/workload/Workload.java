package org.palimpsest.training.workload;

import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.palimpsest.model.Trainable;
import org.palimpsest.training.checkpoint.DataPhase;
import org.palimpsest.training.checkpoint.TrainingState;

/**
 * The model and the data of a run. It is serialized to the workers.
 *
 * @param <B> a batch
 */
public interface Workload<B> extends Serializable {

  /**
   * Creates a worker's replica with its first parameters, which must be the same on every worker.
   * Called in a task.
   */
  Trainable<B> replica(TaskPlacement place);

  /**
   * The input of every worker.
   *
   * @param firstStep the first global step, from 0
   * @return {@code workers} partitions. Partition r yields, lazily and without end, the input of
   *     worker r in steps {@code firstStep}, {@code firstStep + 1}, … The union of all workers'
   *     input of a step must not depend on the number of workers. For example, with 2 workers and
   *     batches of 4 blocks, worker 0 gets blocks 0 and 1 of step 0, and worker 1 gets blocks 2 and
   *     3.
   */
  JavaRDD<StepInput<B>> steps(JavaSparkContext spark, long firstStep, int workers);

  /**
   * Loads, in a task, what is slow at its first use on a machine, such as native libraries. Called
   * on every executor before a run starts.
   *
   * @throws org.palimpsest.base.PalimpsestException if a replica cannot work there
   */
  default void warmUp(TaskPlacement place) {}

  /** The size of a replica, if it is known before one is created. */
  default Optional<ReplicaSize> replicaSize() {
    return Optional.empty();
  }

  /**
   * Bytes of the heap in which each worker holds what it reads ahead.
   *
   * @param workers number of workers
   */
  default long readerBytes(int workers) {
    return 0;
  }

  /** The pass over the data to which a step belongs, from 0. */
  long epoch(long step);

  /** Identifies the data. A run continues only with the data that it started with. */
  String fingerprint();

  /**
   * This workload for a run that goes on from a state. A workload whose data may grow returns one
   * that begins a new phase at the step of the state.
   *
   * @return empty if the run must not go on with this data
   * @throws org.palimpsest.base.PalimpsestException of kind INPUT that says why it must not
   */
  default Optional<Workload<B>> resumedFrom(TrainingState state) {
    return state.data().equals(fingerprint()) ? Optional.of(this) : Optional.empty();
  }

  /** The phases of the run's data; {@link #steps} reads the last one. */
  default List<DataPhase> phases() {
    return DataPhase.only(fingerprint());
  }

  /** A sentence about data that has changed since the state from which the run goes on. */
  default Optional<String> news() {
    return Optional.empty();
  }
}
