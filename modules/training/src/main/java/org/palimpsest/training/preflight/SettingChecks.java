package org.palimpsest.training.preflight;

import static org.palimpsest.training.preflight.Bytes.MIB;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.palimpsest.training.config.Transport;
import org.palimpsest.training.workload.KryoTypes;

/**
 * What Spark's settings alone tell. Sizes that a model needs are lower bounds: what its vectors
 * take, and what Spark and the native libraries take in any case.
 *
 * @param conf the application's settings
 * @param master where it runs
 * @param demand what is asked of it
 */
record SettingChecks(SparkConf conf, Master master, ClusterRequirements demand) {
  private static final String DYNAMIC = "spark.dynamicAllocation.enabled";
  private static final String RESULT_SIZE = "spark.driver.maxResultSize";
  private static final String EXECUTOR_GPUS = "spark.executor.resource.gpu.amount";
  private static final String KRYO = "org.apache.spark.serializer.KryoSerializer";
  private static final String KRYO_BUFFER = "spark.kryoserializer.buffer.max";
  private static final String REGISTRATOR = "spark.kryo.registrator";

  /** What a worker reports at the end of a segment, generously. */
  private static final long REPORT_BYTES = 4 * MIB;

  /** What Spark keeps for itself in every heap. */
  private static final long SPARK_HEAP_BYTES = 300 * MIB;

  /** Blocks read ahead, batches, and the file that is being written, a task. */
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
      return Finding.ok(check, "Executors are not taken away while they wait.");
    }
    return demand.transport() == Transport.SPARK
        ? Finding.ok(check, "Executors may come and go: each round is a job of its own.")
        : Finding.fail(
            check,
            "Replicas that start together need executors that stay: set "
                + DYNAMIC
                + " to false and ask for "
                + demand.workers()
                + " tasks' worth of executors.");
  }

  /** What the driver collects in a job: reports, and without a collective the model's slices. */
  private long collectedBytes() {
    return demand.workers() * REPORT_BYTES + throughDriverBytes();
  }

  private long throughDriverBytes() {
    return demand.transport() == Transport.SPARK ? demand.vectorBytes() : 0;
  }

  private Finding driverResults() {
    String check = "driver result size";
    long granted = conf.getSizeAsBytes(RESULT_SIZE, "1g");
    if (granted == 0) {
      return Finding.ok(check, "Results may have any size.");
    }
    return granted >= collectedBytes()
        ? Finding.ok(check, RESULT_SIZE + " grants " + Bytes.told(granted) + ".")
        : Finding.fail(
            check,
            "The driver collects up to "
                + Bytes.told(collectedBytes())
                + " at once from "
                + demand.workers()
                + " workers, but "
                + RESULT_SIZE
                + " is "
                + Bytes.told(granted)
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
      return Finding.ok(check, "What training sends through Spark can be written.");
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
    long largest = REPORT_BYTES + (demand.transport() == Transport.SPARK ? demand.sliceBytes() : 0);
    long granted = conf.getSizeAsMb(KRYO_BUFFER, "64m") * MIB;
    return granted >= largest
        ? Finding.ok(check, KRYO_BUFFER + " grants " + Bytes.told(granted) + ".")
        : Finding.fail(
            check,
            "A message of training takes up to "
                + Bytes.told(largest)
                + ", but "
                + KRYO_BUFFER
                + " is "
                + Bytes.told(granted)
                + ": set it to "
                + Bytes.setting(largest)
                + " or more.");
  }

  /**
   * Without a collective the model lies in the heap of an executor twice, of the driver 4 times.
   */
  private long heapNeeded(int tasks) {
    long models = throughDriverBytes() * (master.isLocal() ? 6 : 2);
    return SPARK_HEAP_BYTES + tasks * TASK_HEAP_BYTES + models;
  }

  private Finding executorHeap() {
    String check = "heap";
    boolean local = master.isLocal();
    int together = master.tasksPerExecutor(demand.resources().cores(conf));
    int tasks = local ? demand.workers() : Math.min(demand.workers(), together);
    long granted =
        local
            ? Runtime.getRuntime().maxMemory()
            : conf.getSizeAsMb("spark.executor.memory", "1g") * MIB;
    String setting = local ? "spark.driver.memory" : "spark.executor.memory";
    return granted >= heapNeeded(tasks)
        ? Finding.ok(check, setting + " is " + Bytes.told(granted) + ".")
        : Finding.fail(
            check,
            "A heap of "
                + Bytes.told(granted)
                + " is too small for "
                + Master.counted(tasks, "worker")
                + ", which need "
                + Bytes.told(heapNeeded(tasks))
                + ": set "
                + setting
                + " to "
                + Bytes.setting(heapNeeded(tasks))
                + " or more.");
  }

  private Finding driverHeap() {
    String check = "driver heap";
    long granted = Runtime.getRuntime().maxMemory();
    long needed = SPARK_HEAP_BYTES + 4 * throughDriverBytes();
    return master.isLocal() || granted >= needed
        ? Finding.ok(check, "It has " + Bytes.told(granted) + ".")
        : Finding.fail(
            check,
            "The driver keeps the model between rounds and needs a heap of "
                + Bytes.told(needed)
                + ", but has "
                + Bytes.told(granted)
                + ": set spark.driver.memory to "
                + Bytes.setting(needed)
                + " or more, or use training.transport = collective.");
  }

  private Finding gpu() {
    String check = "GPU";
    if (!demand.device().isCuda()) {
      return Finding.ok(check, "None is asked for: training.device is cpu.");
    }
    double amount = demand.resources().gpus(conf);
    if (amount == 1 && conf.getInt(EXECUTOR_GPUS, 0) < 1) {
      return Finding.fail(
          check,
          demand.resources().gpusKey()
              + " is 1, but "
              + EXECUTOR_GPUS
              + " is not set: set it, and spark.executor.resource.gpu.discoveryScript, to what each"
              + " executor has (deploy/gpu/discover-gpus).");
    }
    if (amount == 1) {
      return Finding.ok(check, "Each task is given a card of its own.");
    }
    if (amount == 0 && (master.isLocal() || demand.workers() == 1)) {
      return demand.workers() == 1
          ? Finding.ok(check, "The only worker takes " + demand.device() + ".")
          : Finding.warn(
              check, demand.workers() + " workers share the one card " + demand.device() + ".");
    }
    return Finding.fail(
        check,
        "training.device is "
            + demand.device()
            + ", but spark.task.resource.gpu.amount is "
            + (amount == 0 ? "not set" : conf.get("spark.task.resource.gpu.amount"))
            + ": set it or training.resources.gpus to 1, and "
            + EXECUTOR_GPUS
            + " and .discoveryScript to what each executor has (deploy/gpu/discover-gpus).");
  }
}
