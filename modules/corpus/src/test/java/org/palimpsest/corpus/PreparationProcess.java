package org.palimpsest.corpus;

import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;

/** A preparation in a JVM of its own, with a heap of its own, which a test may kill. */
final class PreparationProcess {
  private PreparationProcess() {}

  /** So many lanes take a while to write. */
  static CorpusSettings settings(String input, String corpus, String... others) {
    Map<String, Object> values = new HashMap<>(SmallTexts.SETTINGS);
    values.put("corpus.path", corpus);
    values.put("corpus.input", input);
    values.put("corpus.lanes", 40);
    for (String other : others) {
      int sign = other.indexOf('=');
      values.put(other.substring(0, sign), other.substring(sign + 1));
    }
    return CorpusSettings.from(ConfigFactory.parseMap(values));
  }

  /**
   * Starts one.
   *
   * @param heap as Java is told: {@code 512m}
   * @param settings other ones, {@code key=value}
   */
  static Process start(Path texts, Path corpus, Path log, String heap, String... settings)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // What the build gives this JVM, Spark needs there too.
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--add-opens") || argument.startsWith("-Djdk"))
        .forEach(command::add);
    command.add("-Xmx" + heap);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(PreparationProcess.class.getName());
    command.add(texts.toString());
    command.add(corpus.toString());
    command.addAll(List.of(settings));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }

  public static void main(String[] arguments) throws Exception {
    String[] others = List.of(arguments).subList(2, arguments.length).toArray(String[]::new);
    try (SparkSession spark = SparkForTests.session("local[2]")) {
      Preparation.run(spark, settings(arguments[0], arguments[1], others));
    }
  }
}
