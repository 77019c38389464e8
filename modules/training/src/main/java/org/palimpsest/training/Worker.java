package org.palimpsest.training;

import java.io.Serializable;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.apache.spark.BarrierTaskContext;
import org.palimpsest.model.Collective;
import org.palimpsest.model.Trainable;
import org.palimpsest.objective.PalimpsestException;
import org.palimpsest.objective.PalimpsestException.Kind;

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
    Workplace place = Workplace.of(task, order.settings().device());
    Meeting meeting = new Meeting(order.settings().sockets(), order.timeout());
    try (Prefetch<B> feed = new Prefetch<>(steps, place.rank());
        Trainable<B> replica = workload.replica(place);
        Collective collective = meeting.join(task, order.workers());
        Saver saver = new Saver(order, place.rank())) {
      return new Share<>(order, workload, replica, collective, feed, saver).train();
    } catch (PalimpsestException e) {
      if (isConsequence(e)) {
        LockSupport.parkNanos(PRECEDENCE.toNanos());
      }
      throw e;
    }
  }

  /** Whether it is told by a worker that lost the others, rather than one that the others lost. */
  static boolean isConsequence(Throwable failure) {
    return failure instanceof PalimpsestException known && known.kind() == Kind.CLUSTER;
  }

  /** The report, as a task's result. */
  Iterator<WorkerReport> report(Iterator<StepInput<B>> steps) {
    return List.of(work(steps)).iterator();
  }
}
