package org.palimpsest.training.transport.collective;

import java.io.Serializable;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.Collective;
import org.palimpsest.model.Trainable;
import org.palimpsest.training.config.WorkerResources;
import org.palimpsest.training.executor.LiveProgress;
import org.palimpsest.training.executor.NativeCaches;
import org.palimpsest.training.round.Prefetch;
import org.palimpsest.training.saving.AsyncCheckpointWriter;
import org.palimpsest.training.saving.CheckpointWatcher;
import org.palimpsest.training.segment.SegmentOrder;
import org.palimpsest.training.segment.SegmentResult;
import org.palimpsest.training.segment.StopRequest;
import org.palimpsest.training.transport.Segment;
import org.palimpsest.training.transport.SegmentJob;
import org.palimpsest.training.workload.StepInput;
import org.palimpsest.training.workload.TaskPlacement;
import org.palimpsest.training.workload.Workload;

/**
 * A segment as one Spark job. All workers start together, train round by round, exchange over their
 * own sockets, and write one checkpoint after the other. If one worker fails, the job fails.
 */
public final class CollectiveSegment<B> implements Segment {
  private final JavaSparkContext spark;
  private final Workload<B> workload;
  private final WorkerResources resources;

  public CollectiveSegment(
      JavaSparkContext spark, Workload<B> workload, WorkerResources resources) {
    this.spark = spark;
    this.workload = workload;
    this.resources = resources;
  }

  /** On the driver: starts the workers, publishes their checkpoints, and joins their results. */
  @Override
  public SegmentResult run(SegmentOrder order, CheckpointWatcher checkpoints, StopRequest stop) {
    JavaRDD<StepInput<B>> steps = workload.steps(spark, order.state().step(), order.workers());
    Worker<B> worker = new Worker<>(workload, order);
    JavaRDD<SegmentResult> workers = resources.on(BarrierStage.of(steps, worker::run));
    try (SegmentJob job = SegmentJob.begin(spark, order, stop);
        LiveProgress live =
            LiveProgress.of(order.runId(), checkpoints.progressListener(job::cancel))) {
      checkpoints.watch(job::cancel);
      Optional<List<SegmentResult>> results = job.await(workers::collect);
      if (results.isEmpty()) {
        return stopped(job, checkpoints, stop);
      }
      SegmentResult result = SegmentResult.join(results.get());
      live.finish(result.points());
      if (result.isGood()) {
        checkpoints.publishUpTo(result.state().step());
      }
      return result;
    } finally {
      checkpoints.unwatch();
    }
  }

  /** The workers save their state at their next step, and Spark does not return their results. */
  private static SegmentResult stopped(
      SegmentJob job, CheckpointWatcher checkpoints, StopRequest stop) {
    try {
      return checkpoints.publishStopped(stop, job::isRunning);
    } finally {
      job.endTasks(stop.timeLeft());
    }
  }

  /** One task of the barrier stage: serialized on the driver, run on an executor. */
  private record Worker<B>(Workload<B> workload, SegmentOrder order) implements Serializable {
    /**
     * How long a worker that lost another worker waits before it fails. Spark kills a barrier stage
     * at the first failure that it receives, and this must be the failure of the worker that caused
     * it.
     */
    private static final Duration PRECEDENCE = Duration.ofSeconds(1);

    Iterator<SegmentResult> run(Iterator<StepInput<B>> steps) {
      NativeCaches.place();
      BarrierTaskContext task = BarrierTaskContext.get();
      TaskPlacement placement = TaskPlacement.of(task, order.settings().device());
      GroupJoin group = new GroupJoin(order.settings().sockets(), order.timeout());
      try (Prefetch<B> input = new Prefetch<>(steps, placement.rank(), order.timeout());
          Trainable<B> replica = workload.replica(placement);
          Collective collective = group.join(task, order.workers());
          AsyncCheckpointWriter writer = new AsyncCheckpointWriter(order, placement.rank());
          CollectiveTrainer<B> trainer =
              new CollectiveTrainer<>(order, workload, replica, collective, input, writer, task)) {
        while (trainer.hasNextRound()) {
          trainer.trainRound();
          trainer.saveIfDue();
        }
        return List.of(trainer.finish()).iterator();
      } catch (PalimpsestException e) {
        if (SegmentJob.isConsequence(e)) {
          LockSupport.parkNanos(PRECEDENCE.toNanos());
        }
        throw e;
      }
    }
  }
}
