package org.palimpsest.training;

import java.time.Duration;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.palimpsest.objective.PalimpsestException;

/** Looks, before anything starts, whether a run can run. Each finding is one sentence. */
final class Preflight {
  private static final String BARRIER_TIMEOUT = "spark.barrier.sync.timeout";
  private static final long POLL_MS = 200;

  private final SparkContext spark;
  private final TrainingSettings settings;

  Preflight(JavaSparkContext spark, TrainingSettings settings) {
    this.spark = spark.sc();
    this.settings = settings;
  }

  void check() {
    refuseDynamicAllocation();
    boundBarrier();
    awaitSlots();
  }

  private void refuseDynamicAllocation() {
    if (spark.conf().getBoolean("spark.dynamicAllocation.enabled", false)) {
      throw PalimpsestException.cluster(
          "Replicas that start together need executors that stay: set"
              + " spark.dynamicAllocation.enabled to false and ask for "
              + settings.workers()
              + " tasks' worth of executors.");
    }
  }

  /** Spark's default is a year: a worker that never comes would not be missed. */
  private void boundBarrier() {
    long seconds = Math.max(1, settings.timeout().toSeconds());
    spark.conf().setIfMissing(BARRIER_TIMEOUT, Long.toString(seconds));
  }

  /** Spark itself would wait ten minutes, without a word, for slots that never come. */
  private void awaitSlots() {
    boolean executorsMayCome = !spark.isLocal();
    Duration patience = executorsMayCome ? settings.startTimeout() : Duration.ZERO;
    long start = System.nanoTime();
    while (slots() < settings.workers()) {
      if (System.nanoTime() - start >= patience.toNanos()) {
        throw tooFewSlots();
      }
      pause();
    }
  }

  private int slots() {
    return spark.maxNumConcurrentTasks(spark.resourceProfileManager().defaultResourceProfile());
  }

  private PalimpsestException tooFewSlots() {
    return PalimpsestException.cluster(
        "training.workers is "
            + settings.workers()
            + ", but Spark has room for "
            + slots()
            + " tasks at once (spark.task.cpus is "
            + spark.conf().get("spark.task.cpus", "1")
            + "): lower training.workers, or give Spark more cores, such as --master local["
            + settings.workers() * spark.conf().getInt("spark.task.cpus", 1)
            + "] or more executors.");
  }

  private static void pause() {
    try {
      Thread.sleep(POLL_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw PalimpsestException.cluster("The wait for executors was interrupted.");
    }
  }
}
