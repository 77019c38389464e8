package org.palimpsest.training.workload;

import org.palimpsest.training.checkpoint.Checkpoint;

/**
 * Measures the loss of a checkpoint during a run, on data that the run does not train on and with
 * fixed noise.
 */
@FunctionalInterface
public interface HeldOutLoss {
  /** Nats per target token. */
  double of(Checkpoint checkpoint);
}
