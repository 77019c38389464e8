package org.palimpsest.training.preflight;

import static org.palimpsest.training.preflight.Bytes.MIB;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.palimpsest.training.config.Transport;
import org.palimpsest.training.workload.KryoTypes;

/**
 * Checks of Spark's settings. The sizes are lower bounds: those of the model's vectors, of Spark
 * itself and of the native libraries.
 *
 * @param conf the application's settings
 * @param master where it runs
 * @param requirements what the run needs
 */
record SettingChecks(SparkConf conf, Master master, ClusterRequirements requirements) {
  private static final String DYNAMIC = "spark.dynamicAllocation.enabled";
  private static final String RESULT_SIZE = "spark.driver.maxResultSize";
  private static final String EXECUTOR_GPUS = "spark.executor.resource.gpu.amount";
  private static final String KRYO = "org.apache.spark.serializer.KryoSerializer";
  private static final String KRYO_BUFFER = "spark.kryoserializer.buffer.max";
  private static final String REGISTRATOR = "spark.kryo.registrator";

  /** Upper bound of a worker's report at the end of a segment. */
  private static final long REPORT_BYTES = 4 * MIB;

  /** Memory that Spark reserves in every heap. */
  private static final long SPARK_HEAP_BYTES = 300 * MIB;

  /** Spark starts neither a driver nor an executor with a smaller heap. */
  private static final long LEAST_HEAP_BYTES = SPARK_HEAP_BYTES * 3 / 2;

  /** Results that Spark receives at the same time, as bytes and as objects. */
  private static final long RESULTS_AT_ONCE = 2 * 4;

  /** Heap of a task: batches, and the file that is being written. */
  private static final long TASK_HEAP_BYTES = 96 * MIB;

  List<Finding> findings() {
    List<Finding> findings = new ArrayList<>();
    findings.add(dynamicAllocation());
    findings.add(driverResults());
    if (conf.get("spark.serializer", "").equals(KRYO)) {
      findings.add(kryoRegistrators());
      findings.add(kryoBuffer());
    }
    findings.add(executorHeap());
    findings.add(driverHeap());
    findings.add(gpu());
    return findings;
  }

  private Finding dynamicAllocation() {
    String check = "executors that stay";
    if (!conf.getBoolean(DYNAMIC, false)) {
      return Finding.ok(check, "Executors are kept while they are idle.");
    }
    return requirements.transport() == Transport.SPARK
        ? Finding.ok(check, "Executors may come and go, because each round is a separate job.")
        : Finding.fail(
            check,
            "Dynamic allocation can remove executors that training.transport = collective needs"
                + " all at once: set "
                + DYNAMIC
                + " to false, and request executors for "
                + requirements.workers()
                + " tasks.");
  }

  /**
   * What the driver collects in a job: reports, and with the spark transport the model's slices.
   */
  private long collectedBytes() {
    return requirements.workers() * REPORT_BYTES + requirements.throughDriverBytes();
  }

  private Finding driverResults() {
    String check = "driver result size";
    long granted = conf.getSizeAsBytes(RESULT_SIZE, "1g");
    if (granted == 0) {
      return Finding.ok(check, "The size of results is not limited.");
    }
    return granted >= collectedBytes()
        ? Finding.ok(check, RESULT_SIZE + " is " + Bytes.format(granted) + ".")
        : Finding.fail(
            check,
            "The driver collects up to "
                + Bytes.format(collectedBytes())
                + " at once from "
                + requirements.workers()
                + " workers, but "
                + RESULT_SIZE
                + " is "
                + Bytes.format(granted)
                + ": set it to "
                + Bytes.setting(collectedBytes())
                + " or more.");
  }

  private Finding kryoRegistrators() {
    String check = "Kryo registrators";
    List<String> missing =
        Stream.concat(
                KryoTypes.all().stream().flatMap(types -> types.registrators().stream()),
                Stream.of("org.palimpsest.training.TrainingKryoRegistrator"))
            .filter(name -> !conf.get(REGISTRATOR, "").contains(name))
            .distinct()
            .toList();
    if (missing.isEmpty() || !conf.getBoolean("spark.kryo.registrationRequired", false)) {
      return Finding.ok(check, "Kryo can serialize what training sends through Spark.");
    }
    return Finding.fail(
        check,
        "spark.kryo.registrationRequired is true, but "
            + REGISTRATOR
            + " does not name "
            + String.join(" and ", missing)
            + ": add it, as conf/spark-defaults.conf does.");
  }

  private Finding kryoBuffer() {
    String check = "Kryo buffer";
    long largest =
        REPORT_BYTES
            + (requirements.transport() == Transport.SPARK ? requirements.sliceBytes() : 0);
    long granted = conf.getSizeAsMb(KRYO_BUFFER, "64m") * MIB;
    return granted >= largest
        ? Finding.ok(check, KRYO_BUFFER + " is " + Bytes.format(granted) + ".")
        : Finding.fail(
            check,
            "A message of training has up to "
                + Bytes.format(largest)
                + ", but "
                + KRYO_BUFFER
                + " is "
                + Bytes.format(granted)
                + ": set it to "
                + Bytes.setting(largest)
                + " or more.");
  }

  /**
   * With the spark transport, the model is serialized on the driver's heap when it is sent, and
   * arrives on an executor's heap, where it is there twice while it is deserialized. In local mode
   * the tasks use the driver's vectors.
   */
  private long heapNeeded(int tasks) {
    long models = requirements.throughDriverBytes() * (master.isLocal() ? 1 : 2);
    return Math.max(LEAST_HEAP_BYTES, SPARK_HEAP_BYTES + tasks * taskHeap() + models);
  }

  /** With the spark transport, a task averages the slices of all workers into one more. */
  private long taskHeap() {
    long slices =
        requirements.transport() == Transport.SPARK
            ? (requirements.workers() + 1) * requirements.sliceBytes()
            : 0;
    return TASK_HEAP_BYTES + requirements.readerBytes() + slices;
  }

  private Finding executorHeap() {
    String check = "heap";
    boolean local = master.isLocal();
    int together = master.tasksPerExecutor(requirements.resources().cores(conf));
    int tasks = local ? requirements.workers() : Math.min(requirements.workers(), together);
    long granted =
        local
            ? Runtime.getRuntime().maxMemory()
            : conf.getSizeAsMb("spark.executor.memory", "1g") * MIB;
    String setting = local ? "spark.driver.memory" : "spark.executor.memory";
    return granted >= heapNeeded(tasks)
        ? Finding.ok(check, setting + " is " + Bytes.format(granted) + ".")
        : Finding.fail(
            check,
            "A heap of "
                + Bytes.format(granted)
                + " is too small for "
                + Master.counted(tasks, "worker")
                + (tasks == 1 ? ", which needs " : ", which need ")
                + Bytes.format(heapNeeded(tasks))
                + ": set "
                + setting
                + " to "
                + Bytes.setting(heapNeeded(tasks))
                + " or more.");
  }

  private Finding driverHeap() {
    String check = "driver heap";
    long granted = Runtime.getRuntime().maxMemory();
    long results =
        requirements.transport() == Transport.SPARK
            ? RESULTS_AT_ONCE * requirements.resultBytes()
            : 0;
    long needed = SPARK_HEAP_BYTES + requirements.throughDriverBytes() + results;
    return master.isLocal() || granted >= needed
        ? Finding.ok(check, "The driver has " + Bytes.format(granted) + ".")
        : Finding.fail(
            check,
            "The driver sends the model to the workers in every round and needs a heap of "
                + Bytes.format(needed)
                + ", but has "
                + Bytes.format(granted)
                + ": set spark.driver.memory to "
                + Bytes.setting(needed)
                + " or more, or use training.transport = collective.");
  }

  private Finding gpu() {
    String check = "GPU";
    if (!requirements.device().isCuda()) {
      return Finding.ok(check, "None is needed, because training.device is cpu.");
    }
    double amount = requirements.resources().gpus(conf);
    if (amount == 1 && conf.getInt(EXECUTOR_GPUS, 0) < 1) {
      return Finding.fail(
          check,
          requirements.resources().gpusKey()
              + " is 1, but "
              + EXECUTOR_GPUS
              + " is not set: set it to the number of GPUs of an executor, and"
              + " spark.executor.resource.gpu.discoveryScript to deploy/gpu/discover-gpus.");
    }
    if (amount == 1) {
      return Finding.ok(check, "Each task gets its own GPU.");
    }
    if (amount == 0 && (master.isLocal() || requirements.workers() == 1)) {
      return requirements.workers() == 1
          ? Finding.ok(check, "The only worker uses " + requirements.device() + ".")
          : Finding.warn(
              check,
              requirements.workers() + " workers share the GPU " + requirements.device() + ".");
    }
    return Finding.fail(
        check,
        "training.device is "
            + requirements.device()
            + ", but spark.task.resource.gpu.amount is "
            + (amount == 0 ? "not set" : conf.get("spark.task.resource.gpu.amount"))
            + ": set it or training.resources.gpus to 1, "
            + EXECUTOR_GPUS
            + " to the number of GPUs of an executor, and"
            + " spark.executor.resource.gpu.discoveryScript to deploy/gpu/discover-gpus.");
  }
}
