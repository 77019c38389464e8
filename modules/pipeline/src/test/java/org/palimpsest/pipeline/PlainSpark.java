package org.palimpsest.pipeline;

import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.palimpsest.training.SessionExtension;

/** One local Spark session for all tests, as a user has it: no serializer, no plugin. */
public final class PlainSpark extends SessionExtension {
  @Override
  protected SparkSession start(ExtensionContext context) {
    return local("pipeline tests").getOrCreate();
  }
}
