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
 * A Spark plugin, set in {@code spark.plugins}: sends live progress from the tasks to the driver
 * over Spark's own connections, registers a metrics source on the driver and on every executor, and
 * chooses where native libraries are unpacked. Training works without it.
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
    private PluginContext context;

    @Override
    public void init(PluginContext plugin, Map<String, String> extraConf) {
      context = plugin;
      NativeCaches.place();
      ExecutorRegistry.connect(context);
      ExecutorRegistry.meter().register(context.metricRegistry());
    }

    @Override
    public void shutdown() {
      ExecutorRegistry.disconnect(context);
      ExecutorRegistry.replicas().close(Duration.ZERO);
    }
  }
}
