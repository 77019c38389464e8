package org.palimpsest.dist;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs {@code bin/palimpsest} of the assembled folder in a separate process. */
final class Launcher {
  private static final long TIMEOUT_SECONDS = 180;

  private final Path home;

  Launcher(Path home) {
    this.home = home;
  }

  /** The assembled folder. */
  static Path assembledHome() {
    return Path.of(System.getProperty("palimpsest.home"));
  }

  /**
   * The outcome of a process.
   *
   * @param code exit code
   * @param out its output on stdout
   * @param err its output on stderr
   */
  record Outcome(int code, String out, String err) {}

  Outcome run(Path directory, Map<String, String> environment, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(home.resolve("bin/palimpsest").toString());
    command.addAll(List.of(arguments));
    return run(directory, environment, command);
  }

  /** Runs a script in which {@code $palimpsest} is the launcher. */
  Outcome script(Path directory, String script) {
    String launcher = home.resolve("bin/palimpsest").toString();
    return run(directory, Map.of("palimpsest", launcher), List.of("bash", "-c", script));
  }

  /** Runs another program, with the environment that the launcher gets. */
  Outcome command(Path directory, Map<String, String> environment, List<String> command) {
    return run(directory, environment, command);
  }

  private static Outcome run(
      Path directory, Map<String, String> environment, List<String> command) {
    try {
      Path out = Files.createTempFile("palimpsest", ".out");
      Path err = Files.createTempFile("palimpsest", ".err");
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile());
      // The launcher must work without the settings of the tests.
      builder.environment().keySet().removeIf(name -> name.startsWith("SPARK_"));
      builder.environment().putAll(environment);
      Process process = builder.start();
      process.getOutputStream().close();
      if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(command + " did not end; its stderr: " + read(err));
      }
      return new Outcome(process.exitValue(), read(out), read(err));
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static String read(Path file) throws IOException {
    String text = Files.readString(file, StandardCharsets.UTF_8);
    Files.delete(file);
    return text;
  }
}
