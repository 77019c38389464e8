package org.palimpsest.training.transport.collective;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.palimpsest.training.config.WorkerResources;
import org.palimpsest.training.executor.LiveProgress;
import org.palimpsest.training.saving.CheckpointWatcher;
import org.palimpsest.training.segment.SegmentEnding;
import org.palimpsest.training.segment.SegmentOrder;
import org.palimpsest.training.transport.Segment;
import org.palimpsest.training.transport.SegmentJob;
import org.palimpsest.training.workload.StepInput;
import org.palimpsest.training.workload.Workload;
import scala.Function1;
import scala.reflect.ClassTag;

/**
 * A segment as one Spark job: all workers start together, train by rounds, exchange over sockets of
 * their own, and leave the files of one checkpoint after the other. If one of them fails, the job
 * fails.
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

  @Override
  public End run(SegmentOrder order, CheckpointWatcher publisher) {
    JavaRDD<StepInput<B>> steps = workload.steps(spark, order.state().step(), order.workers());
    JavaRDD<WorkerReport> together =
        resources.on(together(steps, new Worker<>(workload, order)::report));
    try (SegmentJob job = SegmentJob.begin(spark, order);
        LiveProgress live = LiveProgress.of(order.runId(), publisher.listener())) {
      publisher.watch(job::cancel);
      List<WorkerReport> reports = job.await(() -> byRank(together.collect()));
      live.finish(reports.get(0).points());
      return end(reports, publisher);
    } finally {
      publisher.unwatch();
    }
  }

  private static End end(List<WorkerReport> reports, CheckpointWatcher publisher) {
    WorkerReport first = reports.get(0);
    String failure =
        reports.stream()
            .map(WorkerReport::failure)
            .filter(f -> !f.isEmpty())
            .findFirst()
            .orElse("");
    SegmentEnding ending = failure.isEmpty() ? first.ending() : SegmentEnding.UNSAVED;
    if (ending == SegmentEnding.COMPLETE || ending == SegmentEnding.TIME_LIMIT) {
      publisher.publishUpTo(first.state().step());
    }
    return new End(ending, first.state(), failure, first.secondsLeft());
  }

  /**
   * A barrier stage: its tasks are launched at once or not at all, and fail together. The barrier
   * itself passes its input through, because Spark's Java API has none, and what converts Scala's
   * iterators has another name in each Scala line.
   */
  static <T, R> JavaRDD<R> together(JavaRDD<T> input, FlatMapFunction<Iterator<T>, R> task) {
    ClassTag<T> tag = input.classTag();
    Function1<scala.collection.Iterator<T>, scala.collection.Iterator<T>> unchanged =
        (Function1<scala.collection.Iterator<T>, scala.collection.Iterator<T>> & Serializable)
            elements -> elements;
    return JavaRDD.fromRDD(input.rdd().barrier().mapPartitions(unchanged, false, tag), tag)
        .mapPartitions(task);
  }

  private static List<WorkerReport> byRank(List<WorkerReport> reports) {
    List<WorkerReport> sorted = new ArrayList<>(reports);
    sorted.sort(Comparator.comparingInt(WorkerReport::rank));
    return sorted;
  }
}
