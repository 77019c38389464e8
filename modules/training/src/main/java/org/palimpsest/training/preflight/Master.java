package org.palimpsest.training.preflight;

import org.apache.spark.SparkConf;

/**
 * The kind of cluster an application runs on, as {@code spark.master} names it.
 *
 * @param url {@code local[2]}, {@code spark://…}, {@code yarn}, {@code k8s://…}
 * @param coresPerExecutor cores of an executor, as far as settings tell
 */
record Master(String url, int coresPerExecutor) {

  static Master of(SparkConf conf) {
    String url = conf.get("spark.master", "local");
    return new Master(url, conf.getInt("spark.executor.cores", usualCores(url)));
  }

  /** Without spark.executor.cores: of local-cluster its own word, one on YARN and Kubernetes. */
  private static int usualCores(String url) {
    if (url.startsWith("local-cluster[")) {
      return Integer.parseInt(url.split("[\\[,\\]]", -1)[2].strip());
    }
    return url.equals("yarn") || url.startsWith("k8s")
        ? 1
        : Runtime.getRuntime().availableProcessors();
  }

  /** How many tasks of so many cores an executor runs at once. */
  int tasksPerExecutor(int cores) {
    return Math.max(1, coresPerExecutor / Math.max(1, cores));
  }

  /** Whether driver and executors are this one process. */
  boolean isLocal() {
    return url.equals("local") || url.startsWith("local[");
  }

  /** Whether all processes run on this machine. */
  boolean isOneMachine() {
    return isLocal() || url.startsWith("local-cluster[");
  }

  /** Whether somebody ends an executor that takes more than it was granted. */
  boolean enforcesMemory() {
    return url.equals("yarn") || url.startsWith("k8s");
  }

  static String counted(long number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }
}
