package org.palimpsest.schedulers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Starts programs as a scheduler does: without the settings of the tests.
 *
 * @param folder where they start
 * @param environment what they get in addition
 */
record Shell(Path folder, Map<String, String> environment) {

  /**
   * How a program ended.
   *
   * @param code exit code
   * @param output its stdout and stderr together
   */
  record Outcome(int code, String output) {}

  /** A program under way. */
  record Started(Process process, Path output) {
    String text() {
      try {
        return new String(Files.readAllBytes(output), StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    Outcome await(Duration longest) {
      try {
        if (!process.waitFor(longest.toSeconds(), TimeUnit.SECONDS)) {
          process.descendants().forEach(ProcessHandle::destroyForcibly);
          process.destroyForcibly();
          throw new AssertionError("It did not end within " + longest + ": " + text());
        }
        return new Outcome(process.exitValue(), text());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError(e);
      }
    }
  }

  Shell with(Map<String, String> more) {
    Map<String, String> all = new HashMap<>(environment);
    all.putAll(more);
    return new Shell(folder, all);
  }

  Started start(List<String> command) {
    try {
      Path output = Files.createTempFile(folder, "output", ".txt");
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile());
      builder
          .environment()
          .keySet()
          .removeIf(name -> name.startsWith("SPARK_") || name.startsWith("HADOOP_"));
      builder.environment().putAll(environment);
      Process process = builder.start();
      process.getOutputStream().close();
      return new Started(process, output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Outcome run(Duration longest, String... command) {
    return start(List.of(command)).await(longest);
  }
}
