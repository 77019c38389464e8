package org.palimpsest.dl4j.spark.network;

import java.util.Collections;
import java.util.List;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaSparkContext;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.PalimpsestException.Kind;

/**
 * Checks that executors can use ND4J. Data and serializers need it before any training code, and
 * would fail with class loading errors.
 */
public final class ExecutorCheck {
  private ExecutorCheck() {}

  /**
   * Loads ND4J's backend in as many tasks as Spark runs at once: a short job.
   *
   * @throws PalimpsestException of kind CLUSTER if that fails
   */
  public static void refuseWithoutBackend(JavaSparkContext spark) {
    int tasks = spark.defaultParallelism();
    try {
      List<String> failures =
          spark
              .parallelize(Collections.nCopies(tasks, 0), tasks)
              .map(task -> failure())
              .filter(failure -> !failure.isEmpty())
              .take(1);
      if (!failures.isEmpty()) {
        throw PalimpsestException.cluster(failures.get(0));
      }
    } catch (Exception e) {
      throw translated(e);
    }
  }

  /**
   * The failure in this process, or an empty text; an exception of a task would be wrapped by
   * Spark.
   */
  private static String failure() {
    try {
      Backend.require();
      return "";
    } catch (PalimpsestException e) {
      return e.getMessage();
    }
  }

  /** Kryo's registrator loads ND4J before a task starts: then Spark fails, and not the task. */
  private static PalimpsestException translated(Exception e) {
    if (e instanceof PalimpsestException known) {
      return known;
    }
    if (e instanceof SparkException) {
      return new PalimpsestException(Kind.CLUSTER, Backend.MISSING, e);
    }
    return new PalimpsestException(
        Kind.CLUSTER,
        "Spark could not run a task on its executors (" + e.getMessage() + "): check the cluster.",
        e);
  }
}
