package org.palimpsest.pipeline.restore;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkEnv;
import org.palimpsest.base.DaemonThreads;
import org.palimpsest.model.Device;
import org.palimpsest.training.workload.TaskPlacement;

/**
 * The replicas of this JVM, one for each model and device. One that has not been used for a minute
 * is closed.
 */
final class SharedReplicas {
  private static final Duration IDLE = Duration.ofMinutes(1);
  private static final long LOOK_EVERY_SECONDS = 5;
  private static final SharedReplicas HERE = new SharedReplicas();

  private final Map<Key, SharedReplica> replicas = new HashMap<>();
  private ScheduledExecutorService cleaner;

  /** What a replica is made of. */
  private record Key(String model, String engine, Device device) {}

  private SharedReplicas() {}

  /** The replica for a stage, which the tasks of this JVM share. */
  static SharedReplica of(RestoreStage stage, TaskPlacement place) {
    return HERE.replica(stage, place);
  }

  private synchronized SharedReplica replica(RestoreStage stage, TaskPlacement place) {
    String engine = stage.settings().place().engine();
    SharedReplica replica =
        replicas.computeIfAbsent(
            new Key(stage.id(), engine, place.device()),
            key -> new SharedReplica(stage.model(), engine, place.device(), threads(place)));
    replica.use();
    if (cleaner == null) {
      cleaner =
          Executors.newSingleThreadScheduledExecutor(
              DaemonThreads.named("palimpsest-shared-replicas"));
      Future<?> unused =
          cleaner.scheduleWithFixedDelay(
              this::closeIdle, LOOK_EVERY_SECONDS, LOOK_EVERY_SECONDS, TimeUnit.SECONDS);
    }
    return replica;
  }

  /** The replica computes for all tasks of the executor, so it has all its cores. */
  private static int threads(TaskPlacement place) {
    int machine = Runtime.getRuntime().availableProcessors();
    int cores = SparkEnv.get().conf().getInt("spark.executor.cores", machine);
    return Math.max(place.threads(), Math.min(machine, cores));
  }

  private synchronized void closeIdle() {
    List<SharedReplica> idle = new ArrayList<>();
    replicas.values().stream().filter(replica -> replica.isIdleFor(IDLE)).forEach(idle::add);
    replicas.values().removeAll(idle);
    idle.forEach(SharedReplica::close);
    if (replicas.isEmpty() && cleaner != null) {
      cleaner.shutdown();
      cleaner = null;
    }
  }
}
