package org.palimpsest.training.preflight;

import org.apache.spark.SparkContext;
import org.palimpsest.training.config.WorkerResources;

/** Whether the cluster can give the tasks of one stage other cores and cards than the rest. */
record StageCheck(SparkContext spark, WorkerResources resources) {
  private static final String CHECK = "task resources";

  Finding finding() {
    if (resources.areUsual()) {
      return Finding.ok(CHECK, "Workers are tasks like all others.");
    }
    return resources
        .refusal(spark)
        .map(why -> Finding.fail(CHECK, refused(why)))
        .orElseGet(() -> Finding.ok(CHECK, granted()));
  }

  private String granted() {
    double cards = resources.gpus(spark.conf());
    return "Workers are tasks of "
        + Master.counted(resources.cores(spark.conf()), "core")
        + (cards > 0 ? " and a card." : ".");
  }

  private String refused(String why) {
    return "training.resources gives workers other cores or cards than the rest, which "
        + spark.master()
        + " cannot: unset training.resources.cores and .gpus, and set spark.task.cpus and"
        + " spark.task.resource.gpu.amount instead ("
        + why.lines().findFirst().orElse("").strip()
        + ")";
  }
}
