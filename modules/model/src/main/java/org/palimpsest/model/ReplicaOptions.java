package org.palimpsest.model;

import org.palimpsest.model.optimizer.OptimizerSpec;

/**
 * How a replica computes.
 *
 * @param device where
 * @param threads CPU threads of its own; the cores of its Spark task, never the machine's
 * @param optimizer the inner optimizer
 * @param seed what the initial parameters are a function of
 * @param numerics how a training step is computed
 */
public record ReplicaOptions(
    Device device, int threads, OptimizerSpec optimizer, long seed, Numerics numerics) {

  /** Plain cross-entropy in fp32. */
  public ReplicaOptions(Device device, int threads, OptimizerSpec optimizer, long seed) {
    this(device, threads, optimizer, seed, Numerics.PLAIN);
  }
}
