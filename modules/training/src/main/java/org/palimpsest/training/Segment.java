package org.palimpsest.training;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import scala.Function1;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * One Spark job: all workers start together from a checkpoint, train by rounds, and leave the files
 * of the next one. If one of them fails, the job fails, and nothing has happened.
 */
final class Segment<B> {
  private static final ClassTag<WorkerReport> REPORT = ClassTag$.MODULE$.apply(WorkerReport.class);

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
    RDD<WorkerReport> reports = together(steps, new Worker<>(workload, order, transport));
    try (SegmentJob job = SegmentJob.begin(spark, order)) {
      return job.await(() -> byRank(JavaRDD.fromRDD(reports, REPORT).collect()));
    }
  }

  /** A barrier stage: its tasks are launched at once or not at all, and fail together. */
  private static <B> RDD<WorkerReport> together(JavaRDD<StepInput<B>> steps, Worker<B> worker) {
    Function1<Iterator<StepInput<B>>, Iterator<WorkerReport>> task =
        (Function1<Iterator<StepInput<B>>, Iterator<WorkerReport>> & Serializable)
            input ->
                CollectionConverters.asScala(worker.report(CollectionConverters.asJava(input)));
    return steps.rdd().barrier().mapPartitions(task, false, REPORT);
  }

  private static List<WorkerReport> byRank(List<WorkerReport> reports) {
    List<WorkerReport> sorted = new ArrayList<>(reports);
    sorted.sort(Comparator.comparingInt(WorkerReport::rank));
    return sorted;
  }
}
