package org.palimpsest.training.transport.spark;

import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.palimpsest.model.Trainable;
import org.palimpsest.training.config.TrainingSettings.InnerState;
import org.palimpsest.training.config.WorkerResources;
import org.palimpsest.training.executor.ExecutorRegistry;
import org.palimpsest.training.executor.HostedReplica;
import org.palimpsest.training.executor.IdleReplicas;
import org.palimpsest.training.executor.LiveProgress;
import org.palimpsest.training.executor.NativeCaches;
import org.palimpsest.training.saving.CheckpointWatcher;
import org.palimpsest.training.segment.SegmentOrder;
import org.palimpsest.training.segment.SegmentResult;
import org.palimpsest.training.transport.Segment;
import org.palimpsest.training.transport.SegmentJob;
import org.palimpsest.training.transport.spark.RoundTask.Leftovers;
import org.palimpsest.training.workload.StepInput;
import org.palimpsest.training.workload.TaskPlacement;
import org.palimpsest.training.workload.Workload;

/**
 * A segment as one ordinary Spark job for every round: the model goes out as a broadcast, which is
 * destroyed when the round is over, and comes back in slices through a shuffle. No task waits for
 * another, none opens a port, and executors may come and go; the price is what the model weighs,
 * through the driver, twice a round.
 */
public final class SparkSegment<B> implements Segment {
  private final JavaSparkContext spark;
  private final Workload<B> workload;
  private final WorkerResources resources;

  public SparkSegment(JavaSparkContext spark, Workload<B> workload, WorkerResources resources) {
    this.spark = spark;
    this.workload = workload;
    this.resources = resources;
  }

  @Override
  public SegmentResult run(SegmentOrder order, CheckpointWatcher publisher) {
    try (SegmentJob job = SegmentJob.begin(spark, order);
        LiveProgress live = LiveProgress.of(order.runId(), publisher.listener());
        Stragglers stragglers = Stragglers.watch(spark, order, job::cancel)) {
      DriverTrainer share = job.await(() -> begin(order, publisher));
      try (share) {
        while (!share.isOver()) {
          job.round(share.step(), share.step() + order.stepsFrom(share.step()));
          share.take(stragglers.named(() -> job.await(() -> round(order, share))));
        }
        live.finish(share.points());
        return share.result();
      }
    } finally {
      ExecutorRegistry.replicas().close(order.attempt());
    }
  }

  private DriverTrainer begin(SegmentOrder order, CheckpointWatcher publisher) {
    long[] sizes = sizes(order);
    boolean averaged = order.settings().innerState() == InnerState.AVERAGE;
    Slices slices = Slices.of(sizes[0], averaged ? sizes[1] : 0, order.workers());
    DriverTrainer share = new DriverTrainer(order, workload, slices, publisher);
    if (order.isFresh()) {
      // A round without steps: what a replica begins with.
      JavaRDD<StepInput<B>> nothing = resources.on(spark.parallelize(List.of(), 1));
      RoundJob.run(spark, nothing, task(order, share, 0, null, null), share.model());
      share.model().begin();
    }
    return share;
  }

  /** How many parameters and moments a replica has: a task makes one, and keeps it for later. */
  private long[] sizes(SegmentOrder order) {
    Workload<B> made = workload;
    return resources
        .on(spark.parallelize(List.of(0), 1))
        .mapPartitions(ranks -> sizes(made, order))
        .collect()
        .get(0);
  }

  private static <B> Iterator<long[]> sizes(Workload<B> workload, SegmentOrder order) {
    NativeCaches.place();
    TaskPlacement place =
        TaskPlacement.of(org.apache.spark.TaskContext.get(), order.settings().device());
    IdleReplicas idle = ExecutorRegistry.replicas();
    HostedReplica<B> hosted = idle.take(order.attempt(), () -> workload.replica(place));
    long[] sizes = hosted.with(SparkSegment::sizes);
    idle.giveBack(order.attempt(), hosted);
    return List.of(sizes).iterator();
  }

  private static long[] sizes(Trainable<?> replica) {
    return new long[] {replica.parameters().size(), replica.optimizerState().size()};
  }

  private List<RoundReport> round(SegmentOrder order, DriverTrainer share) {
    int steps = order.stepsFrom(share.step());
    Broadcast<Weights> model = spark.broadcast(new Weights(share.model().parameters().values()));
    Broadcast<Weights> mean =
        share.hasMeanMoments()
            ? spark.broadcast(new Weights(share.model().moments().values()))
            : null;
    try {
      return RoundJob.run(
          spark,
          resources.on(workload.steps(spark, share.step(), order.workers())),
          task(order, share, steps, model, mean),
          share.model());
    } finally {
      model.destroy();
      if (mean != null) {
        mean.destroy();
      }
    }
  }

  private RoundTask<B> task(
      SegmentOrder order,
      DriverTrainer share,
      int steps,
      Broadcast<Weights> model,
      Broadcast<Weights> mean) {
    Leftovers left = share.left();
    return new RoundTask<>(workload, order, share.step(), steps, share.slices(), model, mean, left);
  }
}
