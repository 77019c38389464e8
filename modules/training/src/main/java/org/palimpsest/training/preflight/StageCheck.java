package org.palimpsest.training.preflight;

import org.apache.spark.SparkContext;
import org.palimpsest.training.config.WorkerResources;

/** Checks whether the cluster supports other cores and GPUs for the tasks of one stage. */
record StageCheck(SparkContext spark, WorkerResources resources) {
  private static final String CHECK = "task resources";

  Finding finding() {
    if (resources.areUsual()) {
      return Finding.ok(CHECK, "Workers use the same resources as all other tasks.");
    }
    return resources
        .refusal(spark)
        .map(why -> Finding.fail(CHECK, refused(why)))
        .orElseGet(() -> Finding.ok(CHECK, granted()));
  }

  private String granted() {
    double gpus = resources.gpus(spark.conf());
    return "Workers are tasks of "
        + Master.counted(resources.cores(spark.conf()), "core")
        + (gpus > 0 ? " and a GPU." : ".");
  }

  private String refused(String why) {
    return "training.resources gives workers other cores or GPUs than other tasks, which "
        + spark.master()
        + " does not support: unset training.resources.cores and .gpus, and set spark.task.cpus and"
        + " spark.task.resource.gpu.amount instead ("
        + why.lines().findFirst().orElse("").strip()
        + ")";
  }
}
