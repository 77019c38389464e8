package org.palimpsest.training.transport.spark;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.palimpsest.training.exchange.Compression;
import org.palimpsest.training.workload.StepInput;
import scala.Function1;
import scala.Function2;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;
import scala.runtime.BoxedUnit;

/**
 * A round as a Spark job of two stages. In the first, the workers train. In the second, tasks
 * average the workers' contributions, slice by slice in rank order. The driver receives one
 * partition of slices at a time, so it never holds more than one model.
 */
final class RoundJob {
  private static final ClassTag<byte[]> BYTES = ClassTag$.MODULE$.apply(byte[].class);

  private RoundJob() {}

  /**
   * Runs the job.
   *
   * @param model takes the mean over the workers, weighted by their target tokens
   * @return the workers' reports, by rank
   */
  static <B> List<RoundReport> run(
      JavaSparkContext spark, JavaRDD<StepInput<B>> steps, RoundTask<B> task, DriverModel model) {
    Slices slices = task.slices();
    Compression parameters =
        task.model() == null ? Compression.NONE : task.order().settings().compression();
    List<RoundReport> reports = new ArrayList<>();
    average(
        spark,
        steps.mapPartitionsToPair(task::contribute),
        new Means(slices, parameters),
        (partition, means) -> {
          if (partition < slices.partitions()) {
            model.take(partition, means);
          } else {
            reports.addAll(reports(means));
          }
        });
    return reports;
  }

  /** Takes the means of a partition. */
  interface Receiver {
    /**
     * Takes means; one call at a time.
     *
     * @param means as {@link Means#of} returns them
     */
    void take(int partition, byte[] means);
  }

  /** Averages the contributions of all workers. */
  static void average(
      JavaSparkContext spark,
      JavaPairRDD<Long, Contribution> contributions,
      Means means,
      Receiver receiver) {
    JavaPairRDD<Long, Contribution> sorted =
        contributions.repartitionAndSortWithinPartitions(
            means.slices().partitioner(), Comparator.naturalOrder());
    JavaRDD<byte[]> averaged =
        sorted.mapPartitions(partition -> List.of(means.of(partition)).iterator());
    try {
      spark
          .sc()
          .runJob(
              averaged.rdd(),
              (Function1<scala.collection.Iterator<byte[]>, byte[]> & Serializable)
                  scala.collection.Iterator::next,
              (Function2<Object, byte[], BoxedUnit>)
                  (partition, bytes) -> {
                    receiver.take((Integer) partition, bytes);
                    return BoxedUnit.UNIT;
                  },
              BYTES);
    } finally {
      // Otherwise a round's files would stay on the executors until the driver's next garbage
      // collection.
      sorted.rdd().cleanShuffleDependencies(false);
    }
  }

  private static List<RoundReport> reports(byte[] packed) {
    List<RoundReport> reports = new ArrayList<>();
    ByteBuffer all = ByteBuffer.wrap(packed);
    while (all.hasRemaining()) {
      byte[] one = new byte[all.getInt()];
      all.get(one);
      reports.add(Packing.unpacked(one));
    }
    return reports;
  }
}
