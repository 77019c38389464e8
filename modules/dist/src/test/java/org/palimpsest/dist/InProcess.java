package org.palimpsest.dist;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.cli.Console;
import org.palimpsest.cli.Main;

/**
 * Runs commands in this JVM with the settings of {@code conf/spark-defaults.conf}, as the launcher
 * does.
 */
final class InProcess implements AutoCloseable {
  InProcess(String master) {
    this(master, Map.of("spark.ui.enabled", "false"));
  }

  /** With settings that override the file. */
  InProcess(String master, Map<String, String> settings) {
    Path defaults = Launcher.assembledHome().resolve("conf/spark-defaults.conf");
    try {
      Files.readAllLines(defaults).stream()
          .filter(line -> line.startsWith("spark."))
          .map(line -> line.split("\\s+", 2))
          .forEach(setting -> System.setProperty(setting[0], setting[1].strip()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    System.setProperty("spark.master", master);
    settings.forEach(System::setProperty);
  }

  /**
   * A cluster whose executors have the tests' classes in addition to the folder's jars.
   *
   * @param others classes of other modules' tests that the executors need
   */
  static InProcess withTestClasses(
      String master, Map<String, String> settings, Class<?>... others) {
    String classes =
        Stream.concat(Stream.of(InProcess.class), Stream.of(others))
            .map(type -> type.getProtectionDomain().getCodeSource().getLocation().getPath())
            .collect(Collectors.joining(File.pathSeparator));
    Map<String, String> all = new HashMap<>(settings);
    all.put("spark.ui.enabled", "false");
    all.put("spark.executor.extraClassPath", classes);
    return new InProcess(master, all);
  }

  /**
   * The outcome of a command.
   *
   * @param code exit code
   * @param out results
   * @param err progress and failures
   */
  record Outcome(int code, String out, String err) {}

  Outcome run(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code = Main.run(Console.plain(printing(out), printing(err)), arguments);
    return new Outcome(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** The session that commands and tests share. */
  SparkSession session() {
    return SparkSession.builder().getOrCreate();
  }

  private static PrintStream printing(ByteArrayOutputStream to) {
    return new PrintStream(to, true, StandardCharsets.UTF_8);
  }

  /**
   * Ends the session and its executors. Spark does not wait for those, but they close their
   * replicas last, which write to folders that a test then deletes.
   */
  @Override
  public void close() {
    List<ProcessHandle> executors =
        ProcessHandle.current().children().filter(InProcess::isJava).toList();
    session().stop();
    executors.forEach(InProcess::await);
    System.getProperties().stringPropertyNames().stream()
        .filter(name -> name.startsWith("spark."))
        .forEach(System::clearProperty);
  }

  private static boolean isJava(ProcessHandle process) {
    return process.info().command().filter(command -> command.endsWith("/java")).isPresent();
  }

  private static void await(ProcessHandle process) {
    process.onExit().orTimeout(30, TimeUnit.SECONDS).join();
  }
}
