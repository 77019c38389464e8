package org.palimpsest.training.executor;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.spark.api.plugin.PluginContext;
import org.palimpsest.training.PalimpsestPlugin;
import org.palimpsest.training.event.Progress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place of a JVM that outlives tasks: the line from an executor to the driver, replicas
 * between two jobs, and on the driver those who listen. {@link PalimpsestPlugin} fills it; where
 * the plugin is not installed it stays empty, and progress is known at the ends of segments only.
 */
public final class ExecutorRegistry {
  private static final Logger LOG = LoggerFactory.getLogger(ExecutorRegistry.class);
  private static final AtomicReference<PluginContext> LINE = new AtomicReference<>();
  private static final WorkerMeter METER = new WorkerMeter();
  private static final Map<String, Consumer<Progress>> LISTENERS = new ConcurrentHashMap<>();

  private static final IdleReplicas REPLICAS = new IdleReplicas();

  private ExecutorRegistry() {}

  /** Replicas that wait for their next round. */
  public static IdleReplicas replicas() {
    return REPLICAS;
  }

  public static void connect(PluginContext line) {
    LINE.set(line);
  }

  public static void disconnect(PluginContext line) {
    LINE.compareAndSet(line, null);
  }

  /** What the replicas of this process have done. */
  public static WorkerMeter meter() {
    return METER;
  }

  /** In a task: sends to the driver without waiting. What gets lost is only a display. */
  public static void send(Progress progress) {
    PluginContext line = LINE.get();
    if (line == null) {
      return;
    }
    try {
      line.send(progress);
    } catch (IOException | RuntimeException e) {
      LOG.debug("progress of step {} was not sent", progress.step(), e);
    }
  }

  /** On the driver: listens to one run until the registration is closed. */
  static Registration listen(String runId, Consumer<Progress> listener) {
    LISTENERS.put(runId, listener);
    return () -> LISTENERS.remove(runId);
  }

  /** Ends a listener. */
  interface Registration extends AutoCloseable {
    @Override
    void close();
  }

  /** On the driver: a task has sent this. */
  public static void receive(Progress progress) {
    Consumer<Progress> listener = LISTENERS.get(progress.runId());
    if (listener != null) {
      listener.accept(progress);
    }
  }
}
