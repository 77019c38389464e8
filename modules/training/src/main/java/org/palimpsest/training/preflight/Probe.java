package org.palimpsest.training.preflight;

import java.io.File;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.Utils;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.Device;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.training.config.WorkerResources;
import org.palimpsest.training.executor.NativeCaches;
import org.palimpsest.training.preflight.Machine.Ability;
import org.palimpsest.training.workload.TaskPlacement;

/**
 * Inspects every executor with one task per slot, since Spark assigns the tasks of a job to all
 * free slots at once. The tasks also load what is slow at its first use on a machine, so that no
 * barrier stage waits for it.
 *
 * @param directory a folder of the run's file system in which the driver wrote a file
 * @param device where replicas will compute
 * @param warming loads what is slow at its first use
 * @param hadoop configuration of the file system
 */
record Probe(String directory, Device device, Warming warming, SerializableConfiguration hadoop)
    implements Serializable {
  static final String DRIVERS_FILE = "driver";

  /** Runs the tasks. Returns one machine per executor. */
  Collection<Machine> inspect(JavaSparkContext spark, WorkerResources resources, int slots) {
    List<Integer> tasks = IntStream.range(0, slots).boxed().toList();
    Map<String, Machine> byExecutor = new LinkedHashMap<>();
    resources
        .on(spark.parallelize(tasks, slots))
        .mapPartitions(this::inspect)
        .collect()
        .forEach(machine -> byExecutor.putIfAbsent(machine.executor(), machine));
    return byExecutor.values();
  }

  static String executorsFile(String executor) {
    return "executor-" + executor;
  }

  private Iterator<Machine> inspect(Iterator<Integer> task) {
    NativeCaches.place();
    TaskContext context = TaskContext.get();
    SparkEnv spark = SparkEnv.get();
    StoredFolder folder =
        new StoredFolder(new org.apache.hadoop.fs.Path(directory), hadoop.value());
    return List.of(
            new Machine(
                spark.blockManager().blockManagerId().host(),
                spark.executorId(),
                memoryBytes(),
                new Machine.Folders(
                    Stream.of(Utils.getConfiguredLocalDirs(spark.conf()))
                        .map(Probe::inspect)
                        .toList(),
                    inspect(NativeCaches.javaCpp().toString())),
                environment(Machine.OMP_WAIT_POLICY),
                troubles(folder, spark.executorId(), context)))
        .iterator();
  }

  private static Map<String, String> environment(String name) {
    String value = System.getenv(name);
    return value == null ? Map.of() : Map.of(name, value);
  }

  private Map<Ability, String> troubles(StoredFolder folder, String executor, TaskContext context) {
    Map<Ability, String> troubles = new EnumMap<>(Ability.class);
    shareRunFolder(folder, executor)
        .ifPresent(trouble -> troubles.put(Ability.SHARE_RUN_FOLDER, trouble));
    warmUp(context).ifPresent(trouble -> troubles.put(Ability.COMPUTE, trouble));
    return troubles;
  }

  /** Looks for the driver's file and writes one for the driver; returns what does not work. */
  private static Optional<String> shareRunFolder(StoredFolder folder, String executor) {
    try {
      if (!folder.exists(DRIVERS_FILE)) {
        return Optional.of("the executor does not see the file that the driver wrote");
      }
      writeOnce(folder, executorsFile(executor));
      return Optional.empty();
    } catch (PalimpsestException e) {
      return Optional.of(firstLine(e));
    }
  }

  /** Once per executor: HDFS fails a writer if another task creates the same file meanwhile. */
  private static void writeOnce(StoredFolder folder, String name) {
    synchronized (Probe.class) {
      if (!folder.exists(name)) {
        folder.write(name, out -> out.write('.'));
      }
    }
  }

  private Optional<String> warmUp(TaskContext context) {
    try {
      warming.warm(TaskPlacement.of(context, device));
      return Optional.empty();
    } catch (PalimpsestException | LinkageError e) {
      return Optional.of(firstLine(e));
    }
  }

  private static String firstLine(Throwable e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  private static Machine.Directory inspect(String path) {
    File folder = new File(path);
    try {
      Files.createDirectories(folder.toPath());
      Files.delete(Files.createTempFile(folder.toPath(), "palimpsest", ".probe"));
      return new Machine.Directory(path, folder.getUsableSpace(), true);
    } catch (IOException e) {
      return new Machine.Directory(path, folder.getUsableSpace(), false);
    }
  }

  /** Memory of the container if it has a limit, otherwise of the machine. */
  private static long memoryBytes() {
    try {
      String limit = text("/sys/fs/cgroup/memory.max");
      String total = text("/proc/meminfo").lines().findFirst().orElse("").replaceAll("\\D", "");
      long machine = total.isEmpty() ? 0 : Long.parseLong(total) * Bytes.KIB;
      return limit.matches("\\d+") ? Math.min(machine, Long.parseLong(limit)) : machine;
    } catch (IOException e) {
      return 0; // Not Linux, or not readable.
    }
  }

  private static String text(String file) throws IOException {
    Path path = Path.of(file);
    return Files.isReadable(path) ? Files.readString(path).strip() : "";
  }
}
