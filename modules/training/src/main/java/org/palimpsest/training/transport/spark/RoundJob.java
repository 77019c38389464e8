package org.palimpsest.training.transport.spark;

import java.io.ByteArrayOutputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.palimpsest.training.exchange.Codec;
import org.palimpsest.training.exchange.Compression;
import org.palimpsest.training.workload.StepInput;
import scala.Function1;
import scala.Function2;
import scala.Tuple2;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;
import scala.runtime.BoxedUnit;

/**
 * A round as a Spark job of two stages. In the first, the workers train. In the second, each slice
 * of the model has its own task, which averages the workers' contributions in rank order. The
 * driver receives one slice at a time, so it never holds more than one model.
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
    JavaPairRDD<Integer, Contribution> sorted =
        steps.mapPartitionsToPair(task::contribute).partitionBy(slices.partitioner());
    Compression parameters =
        task.model() == null ? Compression.NONE : task.order().settings().compression();
    JavaRDD<byte[]> means =
        sorted.mapPartitions(pieces -> joined(pieces, slices, parameters).iterator());
    List<RoundReport> reports = new ArrayList<>();
    try {
      spark
          .sc()
          .runJob(
              means.rdd(),
              (Function1<scala.collection.Iterator<byte[]>, byte[]> & Serializable)
                  scala.collection.Iterator::next,
              (Function2<Object, byte[], BoxedUnit>)
                  (slice, mean) -> {
                    take((Integer) slice, mean, slices, model, reports);
                    return BoxedUnit.UNIT;
                  },
              BYTES);
    } finally {
      // Otherwise a round's files would stay on the executors until the driver's next garbage
      // collection.
      sorted.rdd().cleanShuffleDependencies(false);
    }
    return reports;
  }

  private static void take(
      int slice, byte[] mean, Slices slices, DriverModel model, List<RoundReport> reports) {
    if (slice < slices.reports()) {
      if (mean.length > 0) {
        model.take(slice, mean);
      }
      return;
    }
    ByteBuffer all = ByteBuffer.wrap(mean);
    while (all.hasRemaining()) {
      byte[] one = new byte[all.getInt()];
      all.get(one);
      reports.add(Packing.unpacked(one));
    }
  }

  private static List<byte[]> joined(
      Iterator<Tuple2<Integer, Contribution>> pieces, Slices slices, Compression parameters) {
    int slice = -1;
    List<Contribution> contributions = new ArrayList<>();
    while (pieces.hasNext()) {
      Tuple2<Integer, Contribution> piece = pieces.next();
      slice = piece._1();
      contributions.add(piece._2());
    }
    contributions.sort(Comparator.comparingInt(Contribution::rank));
    if (slice == slices.reports()) {
      return List.of(oneAfterTheOther(contributions));
    }
    Compression packed = slices.isOfMoments(slice) ? Compression.NONE : parameters;
    return List.of(mean(contributions, slices.length(slice), packed.codec()));
  }

  private static byte[] oneAfterTheOther(List<Contribution> reports) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (Contribution report : reports) {
      byte[] length = ByteBuffer.allocate(Integer.BYTES).putInt(report.encoded().length).array();
      all.writeBytes(length);
      all.writeBytes(report.encoded());
    }
    return all.toByteArray();
  }

  /** The mean weighted by target tokens, as fp32; of length 0 if no worker had any. */
  private static byte[] mean(List<Contribution> contributions, int length, Codec codec) {
    double weights = contributions.stream().mapToDouble(Contribution::weight).sum();
    if (weights == 0) {
      return new byte[0];
    }
    float[] sum = new float[length];
    float[] one = new float[length];
    for (Contribution contribution : contributions) {
      codec.decode(ByteBuffer.wrap(contribution.encoded()), one, 0, length);
      double share = contribution.weight() / weights;
      for (int i = 0; i < length; i++) {
        sum[i] += (float) (one[i] * share);
      }
    }
    Codec exact = Compression.NONE.codec();
    ByteBuffer mean = ByteBuffer.allocate(exact.bytes(length));
    exact.encode(sum, 0, length, mean);
    return mean.array();
  }
}
