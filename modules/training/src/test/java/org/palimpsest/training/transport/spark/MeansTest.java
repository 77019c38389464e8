package org.palimpsest.training.transport.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.palimpsest.collective.NativeVector;
import org.palimpsest.training.SparkExtension;
import org.palimpsest.training.config.OuterOptimizer;
import org.palimpsest.training.exchange.Compression;
import scala.Tuple2;

/** Means of partitions with many slices, compared with one sum in rank order. */
@ExtendWith(SparkExtension.class)
@Tag("spark")
class MeansTest {
  private static final int PARAMETERS = 1000;
  private static final int MOMENTS = 333;
  private static final int WORKERS = 5;
  private static final Slices SLICES = new Slices(PARAMETERS, MOMENTS, 16, 7);

  private final JavaSparkContext spark;

  MeansTest(SparkSession spark) {
    this.spark = JavaSparkContext.fromSparkContext(spark.sparkContext());
  }

  private static float[] numbers(int rank) {
    Random random = new Random(rank);
    float[] numbers = new float[PARAMETERS + MOMENTS];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) random.nextGaussian();
    }
    return numbers;
  }

  private static double weight(int rank) {
    return 1.0 + rank / 3.0;
  }

  /** The contributions of a worker, in any order. */
  private static List<Tuple2<Long, Contribution>> contributions(int rank, double weight) {
    float[] all = numbers(rank);
    List<Tuple2<Long, Contribution>> contributions = new ArrayList<>();
    for (int slice = 0; slice < SLICES.count(); slice++) {
      int from = (int) SLICES.from(slice) + (SLICES.isOfMoments(slice) ? PARAMETERS : 0);
      ByteBuffer encoded = ByteBuffer.allocate(SLICES.length(slice) * Float.BYTES);
      Compression.NONE.codec().encode(all, from, SLICES.length(slice), encoded);
      Contribution contribution = new Contribution(rank, weight, encoded.array());
      contributions.add(new Tuple2<>(Slices.key(slice, rank), contribution));
    }
    Contribution report = new Contribution(rank, weight, new byte[] {(byte) rank});
    contributions.add(new Tuple2<>(Slices.key(SLICES.reports(), rank), report));
    Collections.shuffle(contributions, new Random(rank));
    return contributions;
  }

  private static float[] expected() {
    double weights = IntStream.range(0, WORKERS).mapToDouble(MeansTest::weight).sum();
    float[] sum = new float[PARAMETERS + MOMENTS];
    for (int rank = 0; rank < WORKERS; rank++) {
      float[] one = numbers(rank);
      for (int i = 0; i < sum.length; i++) {
        sum[i] += (float) (one[i] * (weight(rank) / weights));
      }
    }
    return sum;
  }

  private void average(boolean weighted, RoundJob.Receiver receiver) {
    List<Integer> ranks = IntStream.range(0, WORKERS).boxed().toList();
    RoundJob.average(
        spark,
        spark
            .parallelize(ranks, WORKERS)
            .flatMapToPair(rank -> contributions(rank, weighted ? weight(rank) : 0).iterator()),
        new Means(SLICES, Compression.NONE),
        receiver);
  }

  @Test
  void theDriverTakesTheMeanInRankOrder() {
    float[] mean = new float[PARAMETERS + MOMENTS];
    try (DriverModel model =
        new DriverModel(SLICES, new OuterOptimizer.Average(), Compression.NONE)) {
      average(
          true,
          (partition, means) -> {
            if (partition < SLICES.partitions()) {
              model.take(partition, means);
            }
          });
      model.step();
      model.parameters().read(0, mean, 0, PARAMETERS);
      model.moments().read(0, mean, PARAMETERS, MOMENTS);
    }

    assertThat(mean).isEqualTo(expected());
  }

  @Test
  void everyPartitionArrivesOnceAndTheReportsLast() {
    List<Integer> sizes = new ArrayList<>(Collections.nCopies(SLICES.partitions() + 1, 0));
    AtomicInteger calls = new AtomicInteger();

    average(
        true,
        (partition, means) -> {
          sizes.set(partition, means.length);
          calls.incrementAndGet();
        });

    assertThat(calls).hasValue(SLICES.partitions() + 1);
    assertThat(sizes.get(SLICES.partitions())).isEqualTo(WORKERS * (Integer.BYTES + 1));
    assertThat(sizes.stream().limit(SLICES.partitions()).mapToInt(size -> size).sum())
        .isEqualTo((PARAMETERS + MOMENTS) * Float.BYTES);
  }

  @Test
  void withoutTargetTokensTheModelStays() {
    try (DriverModel model =
            new DriverModel(SLICES, new OuterOptimizer.Average(), Compression.NONE);
        NativeVector zeros = new NativeVector(PARAMETERS)) {
      average(
          false,
          (partition, means) -> {
            if (partition < SLICES.partitions()) {
              assertThat(means).isEmpty();
              model.take(partition, means);
            }
          });

      assertThat(model.parameters().toArray()).isEqualTo(zeros.toArray());
    }
  }
}
