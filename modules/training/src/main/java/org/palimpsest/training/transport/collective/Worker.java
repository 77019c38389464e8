package org.palimpsest.training.transport.collective;

import java.io.Serializable;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.apache.spark.BarrierTaskContext;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.Collective;
import org.palimpsest.model.Trainable;
import org.palimpsest.training.executor.NativeCaches;
import org.palimpsest.training.round.Prefetch;
import org.palimpsest.training.saving.AsyncCheckpointWriter;
import org.palimpsest.training.segment.SegmentOrder;
import org.palimpsest.training.transport.SegmentJob;
import org.palimpsest.training.workload.StepInput;
import org.palimpsest.training.workload.TaskPlacement;
import org.palimpsest.training.workload.Workload;

/** One task of a segment. Travels to its executor, and opens there what a replica needs. */
record Worker<B>(Workload<B> workload, SegmentOrder order) implements Serializable {

  /**
   * So long a worker that has lost the others keeps it to itself. Spark kills the rest of a barrier
   * stage at the first failure it hears of, and what a killed task wanted to say is lost: the
   * worker that the others have lost must be heard first.
   */
  private static final Duration PRECEDENCE = Duration.ofSeconds(1);

  /**
   * Runs to the end of the segment.
   *
   * @param steps this worker's input, from the segment's first step on
   */
  WorkerReport work(Iterator<StepInput<B>> steps) {
    NativeCaches.place();
    BarrierTaskContext task = BarrierTaskContext.get();
    TaskPlacement place = TaskPlacement.of(task, order.settings().device());
    GroupJoin meeting = new GroupJoin(order.settings().sockets(), order.timeout());
    try (Prefetch<B> feed = new Prefetch<>(steps, place.rank());
        Trainable<B> replica = workload.replica(place);
        Collective collective = meeting.join(task, order.workers());
        AsyncCheckpointWriter saver = new AsyncCheckpointWriter(order, place.rank())) {
      return new CollectiveTrainer<>(order, workload, replica, collective, feed, saver).train();
    } catch (PalimpsestException e) {
      if (SegmentJob.isConsequence(e)) {
        LockSupport.parkNanos(PRECEDENCE.toNanos());
      }
      throw e;
    }
  }

  /** The report, as a task's result. */
  Iterator<WorkerReport> report(Iterator<StepInput<B>> steps) {
    return List.of(work(steps)).iterator();
  }
}
