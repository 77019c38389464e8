package org.palimpsest.training.workload;

import java.io.Serializable;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.palimpsest.model.Trainable;

/**
 * What a run trains, and on what. Travels to the workers.
 *
 * @param <B> a batch
 */
public interface Workload<B> extends Serializable {

  /**
   * Makes a worker's replica with its first parameters, which must be the same on every worker.
   * Called once a segment, in the task.
   */
  Trainable<B> replica(TaskPlacement place);

  /**
   * The batches of every worker.
   *
   * @param firstStep the global step to begin with, from 0
   * @return {@code workers} partitions; partition r yields, lazily and without end, what worker r
   *     computes in steps {@code firstStep}, {@code firstStep + 1}, … What all workers together
   *     compute in a step must not depend on their number.
   */
  JavaRDD<StepInput<B>> steps(JavaSparkContext spark, long firstStep, int workers);

  /**
   * Uses, in a task, what is slow at its first use on a machine, such as native libraries: called
   * on every executor before a run begins, where nobody waits for the others.
   *
   * @throws org.palimpsest.base.PalimpsestException if a replica could not work there
   */
  default void warmUp(TaskPlacement place) {}

  /** How large a replica is, where that is known before one is made. */
  default Optional<ReplicaSize> replicaSize() {
    return Optional.empty();
  }

  /** The pass over the data to which a step belongs, from 0. */
  long epoch(long step);

  /** Says which data these are; a run goes on only with the data it began with. */
  String fingerprint();
}
