package org.palimpsest.model.process;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A program in a child JVM with this JVM's {@code --add-opens} options, which Spark needs.
 *
 * @param program class with {@code main}
 * @param arguments of the program
 * @param options of the JVM
 * @param classPath of the JVM
 * @param environment variables in addition to those of this JVM
 * @param before the command that starts the JVM, such as {@code unshare}
 */
public record ChildJvm(
    Class<?> program,
    List<String> arguments,
    List<String> options,
    String classPath,
    Map<String, String> environment,
    List<String> before) {

  /** A program with this JVM's class path. */
  public static ChildJvm of(Class<?> program, String... arguments) {
    String classPath = System.getProperty("java.class.path");
    return new ChildJvm(program, List.of(arguments), List.of(), classPath, Map.of(), List.of());
  }

  /** The same with more options of the JVM, such as {@code -Xmx512m}. */
  public ChildJvm with(String... more) {
    List<String> all = new ArrayList<>(options);
    all.addAll(List.of(more));
    return new ChildJvm(program, arguments, List.copyOf(all), classPath, environment, before);
  }

  /** The same with another class path. */
  public ChildJvm withClassPath(String classPath) {
    return new ChildJvm(program, arguments, options, classPath, environment, before);
  }

  /** Starts the program; its output is appended to a file. */
  public Process start(Path log) throws IOException {
    return builder()
        .redirectErrorStream(true)
        .redirectOutput(Redirect.appendTo(log.toFile()))
        .start();
  }

  /** The same with a variable of the environment. */
  public ChildJvm withEnvironment(String name, String value) {
    Map<String, String> all = new HashMap<>(environment);
    all.put(name, value);
    return new ChildJvm(program, arguments, options, classPath, Map.copyOf(all), before);
  }

  /** The same, started by another command. */
  public ChildJvm after(String... command) {
    return new ChildJvm(program, arguments, options, classPath, environment, List.of(command));
  }

  /**
   * Starts the program with its standard output as a stream and its errors on this JVM's standard
   * error.
   */
  public Process start() throws IOException {
    return builder().redirectError(Redirect.INHERIT).start();
  }

  private ProcessBuilder builder() {
    ProcessBuilder builder = new ProcessBuilder(command());
    builder.environment().putAll(environment);
    return builder;
  }

  private List<String> command() {
    List<String> command = new ArrayList<>(before);
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
