package org.palimpsest.training;

import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * One local Spark session with three cores for all tests of a module, configured like the launcher.
 */
public final class SparkExtension extends SessionExtension {
  /** In junit-platform.properties: the Kryo registrators of the modules under test. */
  private static final String REGISTRATORS = "palimpsest.kryo.registrators";

  @Override
  protected SparkSession start(ExtensionContext context) {
    return start(
        context
            .getConfigurationParameter(REGISTRATORS)
            .orElse(TrainingKryoRegistrator.class.getName()));
  }

  public static SparkSession start() {
    return start(TrainingKryoRegistrator.class.getName());
  }

  /**
   * A session for a program of its own.
   *
   * @param registrators Kryo registrators, with commas between them
   */
  public static SparkSession start(String registrators) {
    return local("training tests")
        .config("spark.serializer", KryoSerializer.class.getName())
        .config("spark.kryo.registrationRequired", "true")
        .config("spark.kryo.registrator", registrators)
        .config("spark.plugins", PalimpsestPlugin.class.getName())
        .config("spark.barrier.sync.timeout", "60")
        .getOrCreate();
  }
}
