package org.palimpsest.training;

import java.io.Serializable;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.BarrierTaskContext;
import org.palimpsest.model.Collective;
import org.palimpsest.model.Trainable;

/** One task of a segment. Travels to its executor, and opens there what a replica needs. */
record Worker<B>(Workload<B> workload, SegmentOrder order, Transport transport)
    implements Serializable {

  /**
   * Runs to the end of the segment.
   *
   * @param steps this worker's input, from the segment's first step on
   */
  WorkerReport work(Iterator<StepInput<B>> steps) {
    NativeCaches.place();
    BarrierTaskContext task = BarrierTaskContext.get();
    Workplace place = Workplace.of(task, order.settings().device());
    Duration timeout = Duration.ofMillis(order.settings().timeoutMs());
    try (Prefetch<B> feed = new Prefetch<>(steps, place.rank());
        Trainable<B> replica = workload.replica(place);
        Collective collective = transport.join(task, order.workers(), timeout)) {
      return new Share<>(order, workload, replica, collective, feed).train();
    }
  }

  /** The report, as a task's result. */
  Iterator<WorkerReport> report(Iterator<StepInput<B>> steps) {
    return List.of(work(steps)).iterator();
  }
}
