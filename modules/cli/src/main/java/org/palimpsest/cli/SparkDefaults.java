package org.palimpsest.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** {@code conf/spark-defaults.conf}, as packaged in the jar. */
final class SparkDefaults {
  private static final String FILE = "spark-defaults.conf";

  private SparkDefaults() {}

  /** The Spark settings that Palimpsest needs, by key. */
  static Map<String, String> ours() {
    Map<String, String> settings = new LinkedHashMap<>();
    try (var in = SparkDefaults.class.getResourceAsStream(FILE);
        var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      lines
          .lines()
          .filter(line -> line.startsWith("spark."))
          .map(line -> line.split("\\s+", 2))
          .forEach(setting -> settings.put(setting[0], setting[1].strip()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return settings;
  }
}
