package org.palimpsest.training.run;

import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.palimpsest.training.event.RunListener;
import org.palimpsest.training.workload.HeldOutLoss;
import org.palimpsest.training.workload.Workload;

/**
 * What a run is made of.
 *
 * @param plan what the recipe says
 * @param spark the session
 * @param workload what is trained, on which data
 * @param attachments small files to add to every checkpoint, by name
 * @param listener receives the events
 * @param heldOut measures the held-out loss, if the run has held-out data
 */
record RunSetup<B>(
    RunPlan plan,
    JavaSparkContext spark,
    Workload<B> workload,
    Map<String, byte[]> attachments,
    RunListener listener,
    Optional<HeldOutLoss> heldOut) {

  /** The same with a held-out loss. */
  RunSetup<B> with(HeldOutLoss loss) {
    return new RunSetup<>(plan, spark, workload, attachments, listener, Optional.of(loss));
  }
}
