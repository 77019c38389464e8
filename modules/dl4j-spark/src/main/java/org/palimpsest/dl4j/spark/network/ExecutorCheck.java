package org.palimpsest.dl4j.spark.network;

import java.util.Collections;
import java.util.List;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaSparkContext;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.PalimpsestException.Kind;

/**
 * Whether executors can use ND4J at all. Data and serializers need it before anything of a training
 * does, and fail in words about classes.
 */
public final class ExecutorCheck {
  private ExecutorCheck() {}

  /**
   * Loads ND4J's backend in as many tasks as Spark runs at once: a short job.
   *
   * @throws PalimpsestException of kind CLUSTER in one sentence if that does not work
   */
  public static void refuseWithoutBackend(JavaSparkContext spark) {
    int tasks = spark.defaultParallelism();
    try {
      List<String> troubles =
          spark
              .parallelize(Collections.nCopies(tasks, 0), tasks)
              .map(task -> trouble())
              .filter(trouble -> !trouble.isEmpty())
              .take(1);
      if (!troubles.isEmpty()) {
        throw PalimpsestException.cluster(troubles.get(0));
      }
    } catch (Exception e) {
      throw told(e);
    }
  }

  /**
   * What is wrong in this process; a failure of a task would be told with Spark's words about it.
   */
  private static String trouble() {
    try {
      Backend.require();
      return "";
    } catch (PalimpsestException e) {
      return e.getMessage();
    }
  }

  /**
   * Kryo's registrator loads ND4J before a task begins: then Spark has failed, and not the task.
   */
  private static PalimpsestException told(Exception e) {
    if (e instanceof PalimpsestException known) {
      return known;
    }
    if (e instanceof SparkException) {
      return new PalimpsestException(Kind.CLUSTER, Backend.MISSING, e);
    }
    return new PalimpsestException(
        Kind.CLUSTER, "Spark ran no task on its executors: " + e.getMessage(), e);
  }
}
