package org.palimpsest.corpus;

import org.apache.spark.sql.SparkSession;

/** Spark sessions with Kryo and required registration, as our jobs use them. */
public final class SparkForTests {
  private SparkForTests() {}

  public static SparkSession session(String master) {
    return SparkSession.builder()
        .master(master)
        .appName("corpus tests")
        .config("spark.serializer", "org.apache.spark.serializer.KryoSerializer")
        .config("spark.kryo.registrator", CorpusKryoRegistrator.class.getName())
        .config("spark.kryo.registrationRequired", "true")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "2")
        .getOrCreate();
  }
}
