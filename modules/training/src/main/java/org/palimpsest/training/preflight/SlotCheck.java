package org.palimpsest.training.preflight;

import java.time.Duration;
import org.apache.spark.SparkContext;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.training.config.Transport;

/**
 * Whether all workers find a place at once. Spark itself would wait ten minutes, without a word,
 * for slots that never come.
 */
record SlotCheck(SparkContext spark, ClusterRequirements demand) {
  private static final String CHECK = "slots";
  private static final long POLL_MS = 200;

  /** Waits for executors that may still come. */
  Finding finding() {
    if (demand.transport() == Transport.SPARK) {
      return Finding.ok(CHECK, "Workers take turns where there are fewer slots than workers.");
    }
    Duration patience = spark.isLocal() ? Duration.ZERO : demand.startTimeout();
    long start = System.nanoTime();
    while (slots() < demand.workers()) {
      if (System.nanoTime() - start >= patience.toNanos()) {
        return Finding.fail(CHECK, tooFew());
      }
      pause();
    }
    return Finding.ok(CHECK, slots() + " for " + Master.counted(demand.workers(), "worker") + ".");
  }

  /** Tasks that run at once, with the executors that are there. */
  int slots() {
    return spark.maxNumConcurrentTasks(demand.resources().profile(spark));
  }

  private String tooFew() {
    int cores = demand.resources().cores(spark.conf());
    return "training.workers is "
        + demand.workers()
        + ", but Spark has room for "
        + slots()
        + " tasks at once ("
        + demand.resources().coresKey()
        + " is "
        + cores
        + "): lower training.workers, or give Spark more cores, such as --master local["
        + demand.workers() * cores
        + "] or more executors.";
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
