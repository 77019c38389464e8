package org.palimpsest.training;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import scala.Function1;
import scala.reflect.ClassTag;

/**
 * One Spark job: all workers start together from a checkpoint, train by rounds, and leave the files
 * of the next one. If one of them fails, the job fails, and nothing has happened.
 */
final class Segment<B> {
  private final JavaSparkContext spark;
  private final Workload<B> workload;
  private final Transport transport;

  Segment(JavaSparkContext spark, Workload<B> workload, Transport transport) {
    this.spark = spark;
    this.workload = workload;
    this.transport = transport;
  }

  /**
   * Runs the segment.
   *
   * @return what the workers report, by rank
   */
  List<WorkerReport> run(SegmentOrder order) {
    JavaRDD<StepInput<B>> steps = workload.steps(spark, order.state().step(), order.workers());
    JavaRDD<WorkerReport> reports =
        together(steps, new Worker<>(workload, order, transport)::report);
    try (SegmentJob job = SegmentJob.begin(spark, order)) {
      return job.await(() -> byRank(reports.collect()));
    }
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
