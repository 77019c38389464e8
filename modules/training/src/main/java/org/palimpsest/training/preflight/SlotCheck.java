package org.palimpsest.training.preflight;

import java.time.Duration;
import org.apache.spark.SparkContext;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.training.config.Transport;

/**
 * Checks whether Spark has a slot for each worker at the same time. Spark itself would wait ten
 * minutes for missing slots without a message.
 */
record SlotCheck(SparkContext spark, ClusterRequirements requirements) {
  private static final String CHECK = "slots";
  private static final long POLL_MS = 200;

  /** Waits for executors that are still starting. */
  Finding finding() {
    if (requirements.transport() == Transport.SPARK) {
      return Finding.ok(
          CHECK, "Workers run one after the other if there are fewer slots than workers.");
    }
    Duration limit = spark.isLocal() ? Duration.ZERO : requirements.startTimeout();
    long start = System.nanoTime();
    while (slots() < requirements.workers()) {
      if (System.nanoTime() - start >= limit.toNanos()) {
        return Finding.fail(CHECK, tooFew());
      }
      pause();
    }
    return Finding.ok(
        CHECK, slots() + " for " + Master.counted(requirements.workers(), "worker") + ".");
  }

  /** Number of tasks that the current executors run at once. */
  int slots() {
    return spark.maxNumConcurrentTasks(requirements.resources().profile(spark));
  }

  private String tooFew() {
    int cores = requirements.resources().cores(spark.conf());
    return "training.workers is "
        + requirements.workers()
        + ", but Spark has room for "
        + slots()
        + " tasks at once ("
        + requirements.resources().coresKey()
        + " is "
        + cores
        + "): lower training.workers, or give Spark more executors or cores, such as --master"
        + " local["
        + requirements.workers() * cores
        + "].";
  }

  private static void pause() {
    try {
      Thread.sleep(POLL_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw PalimpsestException.cluster(
          "The run was interrupted while it waited for executors: start it again.");
    }
  }
}
