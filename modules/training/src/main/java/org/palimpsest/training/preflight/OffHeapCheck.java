package org.palimpsest.training.preflight;

import static org.palimpsest.training.preflight.Bytes.MIB;

import java.util.Locale;
import org.apache.spark.SparkConf;
import org.apache.spark.network.util.JavaUtils;

/**
 * Whether the replicas fit beside the heap. What activations take depends on the batch and is not
 * counted: these are the sizes below which a run cannot even begin.
 */
record OffHeapCheck(SparkConf conf, Master master, ClusterRequirements demand) {
  private static final String CHECK = "off-heap memory";
  private static final String JAVACPP_LIMIT = "org.bytedeco.javacpp.maxbytes";
  private static final String OVERHEAD = "spark.executor.memoryOverhead";
  private static final String FACTOR = "spark.executor.memoryOverheadFactor";
  private static final String USUAL_FACTOR = "0.1";
  private static final long LEAST_OVERHEAD = 384 * MIB;

  /** The native libraries' own, once a process. */
  private static final long LIBRARY_BYTES = 350 * MIB;

  Finding finding() {
    if (demand.size().isEmpty()) {
      return Finding.ok(CHECK, "Not looked at: the model's size is not known here.");
    }
    return master.enforcesMemory() ? granted() : limited();
  }

  private int tasksPerExecutor() {
    return master.tasksPerExecutor(demand.resources().cores(conf));
  }

  private long needed(int tasks) {
    return LIBRARY_BYTES + tasks * demand.replicaBytes();
  }

  private Finding granted() {
    int tasks = Math.min(demand.workers(), tasksPerExecutor());
    long granted = overhead();
    return granted >= needed(tasks)
        ? Finding.ok(CHECK, "Executors may take " + Bytes.told(granted) + " beside their heap.")
        : Finding.fail(
            CHECK,
            tooLittle(tasks, "the cluster grants an executor " + Bytes.told(granted))
                + ": set "
                + OVERHEAD
                + " to "
                + Bytes.setting(needed(tasks))
                + " and what the activations take.");
  }

  private long overhead() {
    long heap = conf.getSizeAsMb("spark.executor.memory", "1g") * MIB;
    double factor = Double.parseDouble(conf.get(FACTOR, USUAL_FACTOR));
    long usual = Math.max(LEAST_OVERHEAD, (long) (heap * factor));
    return conf.contains(OVERHEAD) ? conf.getSizeAsMb(OVERHEAD) * MIB : usual;
  }

  /** Nobody watches the executors; in local mode the launcher has set a limit for this process. */
  private Finding limited() {
    String limit = master.isLocal() ? System.getProperty(JAVACPP_LIMIT, "0") : "0";
    long bytes = JavaUtils.byteStringAsBytes(limit);
    int tasks = master.isLocal() ? demand.workers() : tasksPerExecutor();
    if (bytes > 0 && bytes < needed(tasks)) {
      return Finding.fail(
          CHECK,
          tooLittle(tasks, JAVACPP_LIMIT + " is " + Bytes.told(bytes))
              + ": give the driver -D"
              + JAVACPP_LIMIT
              + "="
              + Bytes.setting(needed(tasks))
              + " or more (SPARK_SUBMIT_OPTS), a smaller model, or fewer workers.");
    }
    return Finding.ok(
        CHECK,
        Master.counted(tasks, "replica")
            + " and the native libraries take in a process "
            + Bytes.told(needed(tasks))
            + " and what the activations take.");
  }

  private String tooLittle(int tasks, String but) {
    return Master.counted(tasks, "replica")
        + " of "
        + String.format(Locale.ROOT, "%,d", demand.size().get().parameters())
        + " parameters and the native libraries take "
        + Bytes.told(needed(tasks))
        + " outside the heap, but "
        + but;
  }
}
