package org.palimpsest.model.process;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A program in a child JVM with this JVM's {@code --add-opens} options, which Spark needs.
 *
 * @param program class with {@code main}
 * @param arguments of the program
 * @param options of the JVM
 * @param classPath of the JVM
 */
public record ChildJvm(
    Class<?> program, List<String> arguments, List<String> options, String classPath) {

  /** A program with this JVM's class path. */
  public static ChildJvm of(Class<?> program, String... arguments) {
    String classPath = System.getProperty("java.class.path");
    return new ChildJvm(program, List.of(arguments), List.of(), classPath);
  }

  /** The same with more options of the JVM, such as {@code -Xmx512m}. */
  public ChildJvm with(String... more) {
    List<String> all = new ArrayList<>(options);
    all.addAll(List.of(more));
    return new ChildJvm(program, arguments, List.copyOf(all), classPath);
  }

  /** The same with another class path. */
  public ChildJvm withClassPath(String classPath) {
    return new ChildJvm(program, arguments, options, classPath);
  }

  /** Starts the program; its output is appended to a file. */
  public Process start(Path log) throws IOException {
    return new ProcessBuilder(command())
        .redirectErrorStream(true)
        .redirectOutput(Redirect.appendTo(log.toFile()))
        .start();
  }

  /**
   * Starts the program with its standard output as a stream and its errors on this JVM's standard
   * error.
   */
  public Process start() throws IOException {
    return new ProcessBuilder(command()).redirectError(Redirect.INHERIT).start();
  }

  private List<String> command() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--add-opens") || argument.startsWith("-Djdk"))
        .forEach(command::add);
    command.addAll(options);
    command.addAll(List.of("-cp", classPath, program.getName()));
    command.addAll(arguments);
    return command;
  }
}
