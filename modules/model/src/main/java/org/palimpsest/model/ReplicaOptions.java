package org.palimpsest.model;

import org.palimpsest.model.optimizer.OptimizerSpec;

/**
 * Options of a replica.
 *
 * @param device where it computes
 * @param threads its CPU threads: the cores of its Spark task, not of the machine
 * @param optimizer the inner optimizer
 * @param seed of the initial parameters
 * @param numerics how a training step is computed
 */
public record ReplicaOptions(
    Device device, int threads, OptimizerSpec optimizer, long seed, Numerics numerics) {

  /** Plain cross-entropy in fp32. */
  public ReplicaOptions(Device device, int threads, OptimizerSpec optimizer, long seed) {
    this(device, threads, optimizer, seed, Numerics.PLAIN);
  }
}
