package org.palimpsest.dist;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs {@code bin/palimpsest} of the assembled folder as a process of its own. */
final class Launcher {
  private static final long PATIENCE_SECONDS = 180;

  private final Path home;

  Launcher(Path home) {
    this.home = home;
  }

  /** The folder under test, as the build assembled it. */
  static Path assembledHome() {
    return Path.of(System.getProperty("palimpsest.home"));
  }

  /**
   * What a process left.
   *
   * @param code exit code
   * @param out what it wrote to stdout
   * @param err what it wrote to stderr
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
      // What a test sets for itself must not help the launcher.
      builder.environment().keySet().removeIf(name -> name.startsWith("SPARK_"));
      builder.environment().putAll(environment);
      Process process = builder.start();
      process.getOutputStream().close();
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(command + " did not end; it said: " + read(err));
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
