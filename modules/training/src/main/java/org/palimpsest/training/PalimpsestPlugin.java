package org.palimpsest.training;

import java.time.Duration;
import java.util.Map;
import org.apache.spark.SparkContext;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;
import org.palimpsest.training.event.Progress;
import org.palimpsest.training.executor.ExecutorRegistry;
import org.palimpsest.training.executor.NativeCaches;
import org.palimpsest.training.executor.RunGauges;

/**
 * Set in {@code spark.plugins}, it carries live progress from the tasks to the driver by Spark's
 * own connection, gives Spark's metrics system a source on the driver and on every executor, and
 * finds native libraries a place. Training works without it.
 */
public final class PalimpsestPlugin implements SparkPlugin {

  @Override
  public DriverPlugin driverPlugin() {
    return new OnDriver();
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return new OnExecutor();
  }

  private static final class OnDriver implements DriverPlugin {
    private final RunGauges gauges = new RunGauges();

    @Override
    public Map<String, String> init(SparkContext spark, PluginContext context) {
      NativeCaches.place();
      return Map.of();
    }

    @Override
    public void registerMetrics(String application, PluginContext context) {
      gauges.register(context.metricRegistry());
    }

    @Override
    public Object receive(Object message) {
      if (message instanceof Progress progress) {
        gauges.note(progress);
        ExecutorRegistry.receive(progress);
      }
      return null;
    }
  }

  private static final class OnExecutor implements ExecutorPlugin {
    private PluginContext line;

    @Override
    public void init(PluginContext context, Map<String, String> extraConf) {
      line = context;
      NativeCaches.place();
      ExecutorRegistry.connect(context);
      ExecutorRegistry.meter().register(context.metricRegistry());
    }

    @Override
    public void shutdown() {
      ExecutorRegistry.disconnect(line);
      ExecutorRegistry.replicas().close(Duration.ZERO);
    }
  }
}
