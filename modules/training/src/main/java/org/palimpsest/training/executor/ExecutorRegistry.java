package org.palimpsest.training.executor;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.plugin.PluginContext;
import org.palimpsest.training.PalimpsestPlugin;
import org.palimpsest.training.event.Progress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state of a JVM that outlives tasks: an executor's connection to the driver, its idle replicas
 * and its meter; on the driver, the listeners of runs. {@link PalimpsestPlugin} connects it.
 * Without the plugin, the driver learns of progress at the end of a segment only, unless the tasks
 * are in its own process.
 */
public final class ExecutorRegistry {
  private static final Logger LOG = LoggerFactory.getLogger(ExecutorRegistry.class);
  private static final AtomicReference<PluginContext> CONTEXT = new AtomicReference<>();
  private static final WorkerMeter METER = new WorkerMeter();
  private static final Map<String, Consumer<Progress>> LISTENERS = new ConcurrentHashMap<>();

  private static final IdleReplicas REPLICAS = new IdleReplicas();

  private ExecutorRegistry() {}

  /** The replicas of this executor between two rounds. */
  public static IdleReplicas replicas() {
    return REPLICAS;
  }

  public static void connect(PluginContext context) {
    CONTEXT.set(context);
  }

  public static void disconnect(PluginContext context) {
    CONTEXT.compareAndSet(context, null);
  }

  /** Counts the work of all replicas of this process. */
  public static WorkerMeter meter() {
    return METER;
  }

  /**
   * In a task: sends progress to the driver without waiting. Progress that is lost is not sent
   * again.
   */
  public static void send(Progress progress) {
    PluginContext context = CONTEXT.get();
    if (context == null) {
      if (isDriver()) {
        receive(progress);
      }
      return;
    }
    try {
      context.send(progress);
    } catch (IOException | RuntimeException e) {
      LOG.debug("progress of step {} was not sent", progress.step(), e);
    }
  }

  /** Whether tasks of this JVM are in the driver's process, as with a local master. */
  private static boolean isDriver() {
    SparkEnv env = SparkEnv.get();
    return env != null && env.executorId().equals("driver");
  }

  /**
   * On the driver: passes the progress of one run to a listener until the registration is closed.
   */
  static Registration listen(String runId, Consumer<Progress> listener) {
    LISTENERS.put(runId, listener);
    return () -> LISTENERS.remove(runId);
  }

  /** Closes to unregister a listener. */
  interface Registration extends AutoCloseable {
    @Override
    void close();
  }

  /** On the driver: takes progress that a task sent. */
  public static void receive(Progress progress) {
    Consumer<Progress> listener = LISTENERS.get(progress.runId());
    if (listener != null) {
      listener.accept(progress);
    }
  }
}
