package org.palimpsest.training;

import java.io.Serializable;
import java.time.Duration;
import org.apache.spark.BarrierTaskContext;
import org.palimpsest.model.Collective;

/** How the tasks of a barrier stage find each other. */
interface Transport extends Serializable {
  /** Called by every task of the stage at the same point. */
  Collective join(BarrierTaskContext task, int workers, Duration timeout);
}
