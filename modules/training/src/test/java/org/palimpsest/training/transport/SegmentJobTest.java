package org.palimpsest.training.transport;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.training.SparkExtension;
import org.palimpsest.training.checkpoint.TrainingState;
import org.palimpsest.training.segment.SegmentOrder;
import org.palimpsest.training.segment.StopRequest;
import scala.Function1;
import scala.Function2;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;
import scala.runtime.BoxedUnit;

/** What is said of a job whose results the driver cannot take. */
@ExtendWith(SparkExtension.class)
@Tag("spark")
class SegmentJobTest {
  private static final ClassTag<Integer> INTEGERS = ClassTag$.MODULE$.apply(Integer.class);

  private final JavaSparkContext spark;

  SegmentJobTest(SparkSession session) {
    spark = JavaSparkContext.fromSparkContext(session.sparkContext());
  }

  @Test
  void namesTheFailureOfTheDriver() {
    PalimpsestException failure = PalimpsestException.cluster("The report cannot be read.");

    assertThatThrownBy(() -> take(failure)).isSameAs(failure);
  }

  @Test
  void namesAnUnforeseenFailureOfTheDriver() {
    assertThatThrownBy(() -> take(new IllegalStateException("out of order")))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage("Spark cancelled the training job: out of order");
  }

  private Optional<Boolean> take(RuntimeException failure) {
    try (SegmentJob job =
        SegmentJob.begin(spark, order(), new StopRequest(Duration.ofSeconds(20)))) {
      return job.await(
          () -> {
            spark
                .sc()
                .runJob(
                    spark.parallelize(List.of(1), 1).rdd(),
                    (Function1<scala.collection.Iterator<Integer>, Integer> & Serializable)
                        scala.collection.Iterator::next,
                    (Function2<Object, Integer, BoxedUnit>)
                        (partition, number) -> {
                          throw failure;
                        },
                    INTEGERS);
            return true;
          });
    }
  }

  private static SegmentOrder order() {
    return new SegmentOrder(
        new SegmentOrder.Name("run", "0123456789ab"),
        new SegmentOrder.Files(
            "none",
            new SegmentOrder.Start.Fresh(),
            new SerializableConfiguration(new Configuration())),
        TrainingState.beginning(3, "data"),
        new SegmentOrder.End(10, 10),
        new SegmentOrder.Clock(1e9, SegmentOrder.Clock.Origin.SEGMENT),
        1,
        null,
        null);
  }
}
