package org.palimpsest.training.preflight;

import static org.palimpsest.training.preflight.Bytes.GIB;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Checks of the executors' machines. Each check reports the first machine that fails it. */
record MachineChecks(Collection<Machine> machines, ClusterRequirements requirements) {
  /** Size of the unpacked LibTorch, OpenBLAS and tokenizer library, rounded up. */
  private static final long NATIVE_CACHE_BYTES = GIB;

  private static final long LOCAL_BYTES = GIB;

  List<Finding> findings() {
    List<Finding> findings = new ArrayList<>();
    findings.add(first("native libraries", "They load on every executor.", this::natives));
    findings.add(first("native cache", "It has room for unpacked libraries.", this::cache));
    findings.add(first("local folders", "Spark can write there.", this::localFolders));
    findings.add(first("OpenMP threads", "They wait without spinning.", this::openMp));
    findings.add(first("machine memory", "It holds the replicas.", this::memory));
    return findings;
  }

  private Finding first(
      String check, String otherwise, Function<Machine, Optional<Finding>> trouble) {
    return machines.stream()
        .map(trouble)
        .flatMap(Optional::stream)
        .findFirst()
        .orElseGet(() -> Finding.ok(check, otherwise));
  }

  private Optional<Finding> natives(Machine machine) {
    return machine
        .trouble(Machine.Ability.COMPUTE)
        .map(
            trouble ->
                Finding.fail(
                    "native libraries",
                    "A replica cannot compute on " + machine.host() + ": " + trouble));
  }

  private Optional<Finding> cache(Machine machine) {
    Machine.Directory cache = machine.folders().nativeCache();
    if (!cache.writable()) {
      return Optional.of(
          Finding.fail(
              "native cache",
              cannotWrite(machine, cache)
                  + ", where native libraries are unpacked: "
                  + "set org.bytedeco.javacpp.cachedir in spark.executor.extraJavaOptions."));
    }
    return cache.usableBytes() >= NATIVE_CACHE_BYTES
        ? Optional.empty()
        : Optional.of(
            Finding.warn(
                "native cache",
                onlyFree(machine, cache)
                    + ", where native libraries are unpacked: free some space, or set"
                    + " org.bytedeco.javacpp.cachedir in spark.executor.extraJavaOptions."));
  }

  private Optional<Finding> localFolders(Machine machine) {
    for (Machine.Directory folder : machine.folders().local()) {
      if (!folder.writable()) {
        return Optional.of(
            Finding.fail(
                "local folders",
                cannotWrite(machine, folder)
                    + ": set spark.local.dir (SPARK_LOCAL_DIRS on a cluster) to a writable folder."));
      }
      if (folder.usableBytes() < LOCAL_BYTES) {
        return Optional.of(
            Finding.warn(
                "local folders",
                onlyFree(machine, folder)
                    + ", where Spark keeps shuffled and broadcast data: set spark.local.dir to a"
                    + " larger disk."));
      }
    }
    return Optional.empty();
  }

  private static String cannotWrite(Machine machine, Machine.Directory folder) {
    return "The executor on " + machine.host() + " cannot write to " + folder.path();
  }

  private static String onlyFree(Machine machine, Machine.Directory folder) {
    return "The folder "
        + folder.path()
        + " on "
        + machine.host()
        + " has only "
        + Bytes.format(folder.usableBytes())
        + " of free space";
  }

  private Optional<Finding> openMp(Machine machine) {
    return machine.openMpWait().filter(wait -> wait.equalsIgnoreCase("passive")).isPresent()
        ? Optional.empty()
        : Optional.of(
            Finding.warn(
                "OpenMP threads",
                "OMP_WAIT_POLICY is not passive on "
                    + machine.host()
                    + ", so LibTorch's threads compete for the cores: set spark.executorEnv.OMP_WAIT_POLICY=passive and"
                    + " spark.executorEnv.GOMP_SPINCOUNT=0."));
  }

  /** At least one replica must fit; the cluster manager decides how many a machine gets. */
  private Optional<Finding> memory(Machine machine) {
    long memory = machine.memoryBytes();
    return memory == 0 || requirements.replicaBytes() < memory
        ? Optional.empty()
        : Optional.of(
            Finding.fail(
                "machine memory",
                "A replica needs "
                    + Bytes.format(requirements.replicaBytes())
                    + ", but "
                    + machine.host()
                    + " has "
                    + Bytes.format(memory)
                    + ": use machines with more memory, or a smaller model."));
  }
}
