package org.palimpsest.cli.compatibility;

import java.util.Map;

/** Spark on this machine, a core for each of two workers. */
final class LocalSpark {
  static final Map<String, String> SETTINGS =
      Map.of(
          "spark.master", "local[2]",
          "spark.app.name", "compatibility tests",
          "spark.ui.enabled", "false",
          "spark.driver.host", "127.0.0.1",
          "spark.driver.bindAddress", "127.0.0.1");

  private LocalSpark() {}
}
