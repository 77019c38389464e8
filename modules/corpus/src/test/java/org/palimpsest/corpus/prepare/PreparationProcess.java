package org.palimpsest.corpus.prepare;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.corpus.SmallTexts;
import org.palimpsest.corpus.SparkForTests;
import org.palimpsest.corpus.config.CorpusSettings;
import org.palimpsest.model.process.ChildJvm;

/** A preparation in a separate JVM with its own heap, which a test may kill. */
final class PreparationProcess {
  private PreparationProcess() {}

  /** Enough lanes to take some time. */
  static CorpusSettings settings(String input, String corpus, String... others) {
    Map<String, Object> values = new HashMap<>(Map.of("corpus.lanes", 40));
    for (String other : others) {
      int sign = other.indexOf('=');
      values.put(other.substring(0, sign), other.substring(sign + 1));
    }
    return SmallTexts.settings(input, corpus, values);
  }

  /**
   * Starts the program.
   *
   * @param heap value of Java's -Xmx, such as {@code 512m}
   * @param settings additional settings, {@code key=value}
   */
  static ChildJvm program(Path texts, Path corpus, String heap, String... settings) {
    List<String> arguments = new ArrayList<>(List.of(texts.toString(), corpus.toString()));
    arguments.addAll(List.of(settings));
    return ChildJvm.of(PreparationProcess.class, arguments.toArray(String[]::new))
        .with("-Xmx" + heap);
  }

  public static void main(String[] arguments) throws Exception {
    String[] others = List.of(arguments).subList(2, arguments.length).toArray(String[]::new);
    try (SparkSession spark = SparkForTests.session("local[2]")) {
      Preparation.run(spark, settings(arguments[0], arguments[1], others));
    }
  }
}
