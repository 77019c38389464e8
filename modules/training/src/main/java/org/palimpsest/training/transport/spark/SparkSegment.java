package org.palimpsest.training.transport.spark;

import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
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
import org.palimpsest.training.segment.StopRequest;
import org.palimpsest.training.transport.Segment;
import org.palimpsest.training.transport.SegmentJob;
import org.palimpsest.training.transport.spark.RoundTask.WorkerFiles;
import org.palimpsest.training.workload.StepInput;
import org.palimpsest.training.workload.TaskPlacement;
import org.palimpsest.training.workload.Workload;

/**
 * A segment as one ordinary Spark job per round. The model goes to the workers as a broadcast,
 * which is destroyed after the round, and returns in slices through a shuffle. Tasks do not wait
 * for each other or open ports, and executors may come and go. The cost: the whole model passes
 * through the driver twice per round.
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
  public SegmentResult run(SegmentOrder order, CheckpointWatcher checkpoints, StopRequest stop) {
    try (SegmentJob job = SegmentJob.begin(spark, order, stop);
        LiveProgress live = LiveProgress.of(order.runId(), checkpoints.listener());
        Stragglers stragglers = Stragglers.watch(spark, order, job::cancel)) {
      Optional<DriverTrainer> begun = job.await(() -> begin(order, checkpoints));
      if (begun.isEmpty()) {
        job.endTasks(Duration.ZERO);
        return SegmentResult.stopped(order.state());
      }
      try (DriverTrainer trainer = begun.get()) {
        while (!trainer.isOver()) {
          job.round(trainer.step(), trainer.step() + order.stepsFrom(trainer.step()));
          stragglers
              .named(() -> job.await(() -> round(order, trainer)))
              .ifPresentOrElse(trainer::take, () -> stop(trainer, job));
        }
        live.finish(trainer.points());
        return trainer.result();
      }
    } finally {
      ExecutorRegistry.replicas().close(order.attempt());
    }
  }

  /** The run resumes from the start of the round that was cancelled, which it repeats. */
  private static void stop(DriverTrainer trainer, SegmentJob job) {
    job.endTasks(Duration.ZERO);
    trainer.stop();
  }

  private DriverTrainer begin(SegmentOrder order, CheckpointWatcher checkpoints) {
    long[] sizes = sizes(order);
    boolean averaged = order.settings().innerState() == InnerState.AVERAGE;
    Slices slices = Slices.of(sizes[0], averaged ? sizes[1] : 0, order.workers());
    DriverTrainer trainer = new DriverTrainer(order, workload, slices, checkpoints);
    if (order.isFresh()) {
      // A round without steps returns the first parameters of a replica.
      JavaRDD<StepInput<B>> nothing = resources.on(spark.parallelize(List.of(), 1));
      RoundJob.run(spark, nothing, task(order, trainer, 0, null, null), trainer.model());
      trainer.model().begin();
    }
    return trainer;
  }

  /**
   * Number of parameters and moments of a replica. A task creates a replica to find out, and keeps
   * it for the first round.
   */
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
    TaskPlacement placement =
        TaskPlacement.of(org.apache.spark.TaskContext.get(), order.settings().device());
    IdleReplicas idle = ExecutorRegistry.replicas();
    HostedReplica<B> hosted = idle.take(order.attempt(), () -> workload.replica(placement));
    long[] sizes = hosted.with(SparkSegment::sizes);
    idle.giveBack(order.attempt(), hosted);
    return List.of(sizes).iterator();
  }

  private static long[] sizes(Trainable<?> replica) {
    return new long[] {replica.parameters().size(), replica.optimizerState().size()};
  }

  private List<RoundReport> round(SegmentOrder order, DriverTrainer trainer) {
    int steps = order.stepsFrom(trainer.step());
    Broadcast<Weights> model = spark.broadcast(new Weights(trainer.model().parameters()));
    Broadcast<Weights> mean =
        trainer.hasMeanMoments() ? spark.broadcast(new Weights(trainer.model().moments())) : null;
    try {
      return RoundJob.run(
          spark,
          resources.on(workload.steps(spark, trainer.step(), order.workers())),
          task(order, trainer, steps, model, mean),
          trainer.model());
    } finally {
      model.destroy();
      if (mean != null) {
        mean.destroy();
      }
    }
  }

  private RoundTask<B> task(
      SegmentOrder order,
      DriverTrainer trainer,
      int steps,
      Broadcast<Weights> model,
      Broadcast<Weights> mean) {
    WorkerFiles workerFiles = trainer.workerFiles();
    return new RoundTask<>(
        workload, order, trainer.step(), steps, trainer.slices(), model, mean, workerFiles);
  }
}
