package org.palimpsest.training.transport.collective;

import java.io.Serializable;
import java.util.Iterator;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.FlatMapFunction;
import scala.Function1;
import scala.reflect.ClassTag;

/**
 * A barrier stage: Spark starts all its tasks at once or none, and they fail together.
 *
 * <p>Spark's Java API has no barrier. The Scala one is called with a function that passes its input
 * through unchanged, because the converters between Scala's and Java's iterators have different
 * names in Scala 2.12 and 2.13.
 */
final class BarrierStage {
  private BarrierStage() {}

  /** Runs {@code task} once per partition of {@code input}; results come in partition order. */
  static <T, R> JavaRDD<R> of(JavaRDD<T> input, FlatMapFunction<Iterator<T>, R> task) {
    ClassTag<T> tag = input.classTag();
    Function1<scala.collection.Iterator<T>, scala.collection.Iterator<T>> unchanged =
        (Function1<scala.collection.Iterator<T>, scala.collection.Iterator<T>> & Serializable)
            elements -> elements;
    return JavaRDD.fromRDD(input.rdd().barrier().mapPartitions(unchanged, false, tag), tag)
        .mapPartitions(task);
  }
}
