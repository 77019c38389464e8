package org.palimpsest.training;

import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** One Spark session for all tests of a module that have this extension. */
public abstract class SessionExtension implements ParameterResolver {
  private record Session(SparkSession spark) implements AutoCloseable {
    @Override
    public void close() {
      spark.stop();
    }
  }

  /** Starts the session, before the first test that needs it. */
  protected abstract SparkSession start(ExtensionContext context);

  /** A local session with three cores. */
  protected static SparkSession.Builder local(String name) {
    return SparkSession.builder()
        .master("local[3]")
        .appName(name)
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "3");
  }

  @Override
  public final boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == SparkSession.class;
  }

  @Override
  public final Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getRoot()
        .getStore(Namespace.create(getClass()))
        .getOrComputeIfAbsent("session", key -> new Session(start(context)), Session.class)
        .spark();
  }
}
