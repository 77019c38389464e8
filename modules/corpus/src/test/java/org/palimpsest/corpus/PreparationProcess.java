package org.palimpsest.corpus;

import com.typesafe.config.ConfigFactory;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.sql.SparkSession;

/** A preparation in a JVM of its own, which a test may kill. */
final class PreparationProcess {
  private PreparationProcess() {}

  /** So many lanes take a while to write. */
  static CorpusSettings settings(String input, String corpus) {
    Map<String, Object> values = new HashMap<>(SmallTexts.SETTINGS);
    values.put("corpus.path", corpus);
    values.put("corpus.input", input);
    values.put("corpus.lanes", 40);
    return CorpusSettings.from(ConfigFactory.parseMap(values));
  }

  public static void main(String[] arguments) throws Exception {
    try (SparkSession spark = SparkForTests.session("local[2]")) {
      Preparation.run(spark, settings(arguments[0], arguments[1]));
    }
  }
}
