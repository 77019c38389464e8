package org.palimpsest.schedulers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the build made, and small inputs for it. */
final class Project {
  private static final List<String> WORDS =
      List.of("the", "river", "runs", "past", "old", "mills", "and", "new", "houses", "slowly");

  private Project() {}

  private static Path property(String name) {
    return Path.of(System.getProperty(name)).toAbsolutePath().normalize();
  }

  /** The runnable folder. */
  static Path home() {
    return property("palimpsest.home");
  }

  static Path oneJar() {
    return property("palimpsest.one-jar");
  }

  /** A file of {@code deploy/}. */
  static Path deploy(String name) {
    return property("palimpsest.root").resolve("deploy").resolve(name);
  }

  static String sparkVersion() {
    return System.getProperty("palimpsest.spark");
  }

  /** An installation of Spark with its jars for YARN and Kubernetes, and {@code spark-submit}. */
  static Path sparkHome() {
    Path home = property("palimpsest.spark-home");
    try {
      Path submit = Files.createDirectories(home.resolve("bin")).resolve("spark-submit");
      Files.writeString(
          submit,
          """
          #!/usr/bin/env bash
          # What Spark's own script does, for an installation that Maven made.
          export SPARK_HOME=%1$s SPARK_SCALA_VERSION=2.13
          exec java -Xmx512m %2$s -cp "${SPARK_CONF_DIR:-$SPARK_HOME/conf}:$SPARK_HOME/jars/*:${HADOOP_CONF_DIR:-}" \\
            ${SPARK_SUBMIT_OPTS:-} org.apache.spark.deploy.SparkSubmit "$@"
          """
              .formatted(home, System.getProperty("palimpsest.opens")));
      return Files.setPosixFilePermissions(submit, PosixFilePermissions.fromString("rwxr-xr-x"))
          .getParent()
          .getParent();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes a text of many short paragraphs. */
  static Path text(Path file, int seed) {
    String text =
        Stream.iterate((long) seed, n -> (n * 48271 + 11) % 2147483647)
            .limit(4000)
            .map(n -> WORDS.get((int) (n % WORDS.size())) + (n % 9 == 0 ? ".\n\n" : " "))
            .collect(Collectors.joining());
    try {
      Files.createDirectories(file.getParent());
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Writes a recipe of a tiny model that trains in seconds.
   *
   * @param folder of the run, its input, and the recipe
   * @param more lines that override it
   */
  static Path recipe(Path folder, String... more) {
    Path recipe = folder.resolve("nightly.conf");
    String text =
        """
        run.directory = "%1$s/run"
        corpus { input = "%1$s/in", block-size = 32, lanes = 4, validation-share = 0.1 }
        tokenizer.train { size = 400, sentinels = 8 }
        model.preset = tiny
        training { workers = 2, batch-blocks = 8, steps = 40, transport = collective }
        checkpoint.every = 10
        schedule.warm-up-steps = 5
        """
            .formatted(folder);
    try {
      return Files.writeString(recipe, text + String.join("\n", more) + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
