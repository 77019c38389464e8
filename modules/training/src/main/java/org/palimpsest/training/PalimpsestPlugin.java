package org.palimpsest.training;

import java.util.Map;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;

/**
 * Set in {@code spark.plugins}, it carries live progress from the tasks to the driver by Spark's
 * own connection. Training works without it.
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
    @Override
    public Object receive(Object message) {
      if (message instanceof Progress progress) {
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
    }

    @Override
    public void shutdown() {
      ExecutorRegistry.disconnect(line);
    }
  }
}
