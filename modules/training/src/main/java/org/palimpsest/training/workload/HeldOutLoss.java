package org.palimpsest.training.workload;

import org.palimpsest.training.checkpoint.Checkpoint;

/** What a run looks at on its way, on data that it does not learn from and with fixed noise. */
@FunctionalInterface
public interface HeldOutLoss {
  /** Nats per target token. */
  double of(Checkpoint checkpoint);
}
