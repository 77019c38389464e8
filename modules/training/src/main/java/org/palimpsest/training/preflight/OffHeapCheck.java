package org.palimpsest.training.preflight;

import static org.palimpsest.training.preflight.Bytes.MIB;

import java.util.Locale;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.network.util.JavaUtils;

/**
 * Checks whether the replicas fit into the memory outside the heap. Activations depend on the batch
 * and are not counted, so the sizes are lower bounds.
 */
record OffHeapCheck(SparkConf conf, Master master, ClusterRequirements requirements) {
  private static final String CHECK = "off-heap memory";
  private static final String JAVACPP_LIMIT = "org.bytedeco.javacpp.maxbytes";
  private static final String OVERHEAD = "spark.executor.memoryOverhead";
  private static final String FACTOR = "spark.executor.memoryOverheadFactor";
  private static final String USUAL_FACTOR = "0.1";
  private static final long LEAST_OVERHEAD = 384 * MIB;

  /** Memory of the native libraries, once per process. */
  private static final long LIBRARY_BYTES = 350 * MIB;

  Finding finding() {
    if (requirements.size().isEmpty()) {
      return Finding.ok(CHECK, "Not checked, because the size of the model is not known here.");
    }
    if (usualLimit() < vectorBytes(tasksTogether())) {
      return limitedByDefault();
    }
    return master.enforcesMemory() ? granted() : limited();
  }

  private int tasksTogether() {
    return master.isLocal()
        ? requirements.workers()
        : Math.min(requirements.workers(), tasksPerExecutor());
  }

  /** What JavaCPP allows if no option says so: the size of the heap. */
  private long usualLimit() {
    if (master.isLocal()) {
      boolean isSet = System.getProperty(JAVACPP_LIMIT) != null;
      return isSet ? Long.MAX_VALUE : Runtime.getRuntime().maxMemory();
    }
    boolean isSet =
        Stream.of("spark.executor.extraJavaOptions", "spark.executor.defaultJavaOptions")
            .anyMatch(options -> conf.get(options, "").contains(JAVACPP_LIMIT));
    return isSet ? Long.MAX_VALUE : conf.getSizeAsMb("spark.executor.memory", "1g") * MIB;
  }

  private Finding limitedByDefault() {
    return Finding.fail(
        CHECK,
        "The vectors of the outer optimizer, the averages and the compression of "
            + Master.counted(tasksTogether(), "worker")
            + " need "
            + Bytes.format(vectorBytes(tasksTogether()))
            + " outside the heap, but without "
            + JAVACPP_LIMIT
            + " they may use as much as the heap, "
            + Bytes.format(usualLimit())
            + ": add -D"
            + JAVACPP_LIMIT
            + "=0 -Dorg.bytedeco.javacpp.maxphysicalbytes=0 to "
            + (master.isLocal()
                ? "the options of the driver (SPARK_SUBMIT_OPTS)."
                : "spark.executor.extraJavaOptions."));
  }

  /** Bytes of the vectors beside the model itself, which has an allocator of its own. */
  private long vectorBytes(int tasks) {
    return tasks * requirements.outerBytes() + ofDriver();
  }

  private int tasksPerExecutor() {
    return master.tasksPerExecutor(requirements.resources().cores(conf));
  }

  /** With the spark transport, the driver has the model and the mean outside the heap, too. */
  private long ofDriver() {
    return master.isLocal() ? 2 * requirements.throughDriverBytes() : 0;
  }

  private long needed(int tasks) {
    return LIBRARY_BYTES + tasks * requirements.replicaBytes() + ofDriver();
  }

  private Finding granted() {
    int tasks = Math.min(requirements.workers(), tasksPerExecutor());
    long granted = overhead();
    return granted >= needed(tasks)
        ? Finding.ok(CHECK, "Executors may use " + Bytes.format(granted) + " outside their heap.")
        : Finding.fail(
            CHECK,
            tooLittle(tasks, "the cluster grants an executor " + Bytes.format(granted))
                + ": set "
                + OVERHEAD
                + " to "
                + Bytes.setting(needed(tasks))
                + " plus the size of the activations.");
  }

  private long overhead() {
    long heap = conf.getSizeAsMb("spark.executor.memory", "1g") * MIB;
    double factor = Double.parseDouble(conf.get(FACTOR, USUAL_FACTOR));
    long usual = Math.max(LEAST_OVERHEAD, (long) (heap * factor));
    return conf.contains(OVERHEAD) ? conf.getSizeAsMb(OVERHEAD) * MIB : usual;
  }

  /**
   * No cluster manager limits the executors; in local mode the launcher sets a limit for this
   * process.
   */
  private Finding limited() {
    String limit = master.isLocal() ? System.getProperty(JAVACPP_LIMIT, "0") : "0";
    long bytes = JavaUtils.byteStringAsBytes(limit);
    int tasks = master.isLocal() ? requirements.workers() : tasksPerExecutor();
    if (bytes > 0 && bytes < needed(tasks)) {
      return Finding.fail(
          CHECK,
          tooLittle(tasks, JAVACPP_LIMIT + " is " + Bytes.format(bytes))
              + ": start the driver with -D"
              + JAVACPP_LIMIT
              + "="
              + Bytes.setting(needed(tasks))
              + " or more (SPARK_SUBMIT_OPTS), or use a smaller model or fewer workers.");
    }
    return Finding.ok(
        CHECK,
        Master.counted(tasks, "replica")
            + " and the native libraries of a process need "
            + Bytes.format(needed(tasks))
            + " plus the size of the activations.");
  }

  private String tooLittle(int tasks, String but) {
    return Master.counted(tasks, "replica")
        + " of "
        + String.format(Locale.ROOT, "%,d", requirements.size().get().parameters())
        + " parameters and the native libraries need "
        + Bytes.format(needed(tasks))
        + " outside the heap, but "
        + but;
  }
}
