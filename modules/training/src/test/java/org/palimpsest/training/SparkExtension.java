package org.palimpsest.training;

import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * One local Spark session with three cores for all tests of a module, configured like the launcher.
 */
public final class SparkExtension implements ParameterResolver {
  /** In junit-platform.properties: the Kryo registrators of the modules under test. */
  private static final String REGISTRATORS = "palimpsest.kryo.registrators";

  private record Session(SparkSession spark) implements AutoCloseable {
    @Override
    public void close() {
      spark.stop();
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == SparkSession.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getRoot()
        .getStore(Namespace.create(SparkExtension.class))
        .getOrComputeIfAbsent(
            "session", key -> new Session(start(registrators(context))), Session.class)
        .spark();
  }

  private static String registrators(ExtensionContext context) {
    return context
        .getConfigurationParameter(REGISTRATORS)
        .orElse(TrainingKryoRegistrator.class.getName());
  }

  public static SparkSession start() {
    return start(TrainingKryoRegistrator.class.getName());
  }

  private static SparkSession start(String registrators) {
    return SparkSession.builder()
        .master("local[3]")
        .appName("training tests")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.serializer", KryoSerializer.class.getName())
        .config("spark.kryo.registrationRequired", "true")
        .config("spark.kryo.registrator", registrators)
        .config("spark.plugins", PalimpsestPlugin.class.getName())
        .config("spark.sql.shuffle.partitions", "3")
        .config("spark.barrier.sync.timeout", "60")
        .getOrCreate();
  }
}
