package org.palimpsest.training.preflight;

import org.apache.spark.SparkConf;

/**
 * The cluster that an application runs on, according to {@code spark.master}.
 *
 * @param url {@code local[2]}, {@code spark://…}, {@code yarn}, {@code k8s://…}
 * @param coresPerExecutor cores of an executor, as far as the settings say
 */
record Master(String url, int coresPerExecutor) {

  static Master of(SparkConf conf) {
    String url = conf.get("spark.master", "local");
    return new Master(url, conf.getInt("spark.executor.cores", usualCores(url)));
  }

  /**
   * Cores without spark.executor.cores: the number in the URL of local-cluster; 1 on YARN and
   * Kubernetes.
   */
  private static int usualCores(String url) {
    if (url.startsWith("local-cluster[")) {
      return Integer.parseInt(url.split("[\\[,\\]]", -1)[2].strip());
    }
    return url.equals("yarn") || url.startsWith("k8s")
        ? 1
        : Runtime.getRuntime().availableProcessors();
  }

  /** Number of tasks of {@code cores} cores that an executor runs at once. */
  int tasksPerExecutor(int cores) {
    return Math.max(1, coresPerExecutor / Math.max(1, cores));
  }

  /** Whether the driver and the executors are one process. */
  boolean isLocal() {
    return url.equals("local") || url.startsWith("local[");
  }

  /** Whether all processes run on this machine. */
  boolean isOneMachine() {
    return isLocal() || url.startsWith("local-cluster[");
  }

  /** Whether the cluster manager kills an executor that uses more memory than granted. */
  boolean enforcesMemory() {
    return url.equals("yarn") || url.startsWith("k8s");
  }

  static String counted(long number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }
}
