package org.palimpsest.onejar;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * {@link Twice} with spark-submit, in a separate process with two executors and without a writable
 * home.
 *
 * @param home folder of Spark
 * @param folder folder for the output of the program
 */
record SparkProgram(Path home, Path folder) {
  private static final String PARAGRAPH =
      "The red fox sees the river at night. My sister paints a blue house. The old miller likes her"
          + " horse in the morning.";

  /** Runs the program with options of spark-submit; returns its output. */
  String trainTwice(List<String> options) throws IOException, InterruptedException {
    Path text = folder.resolve("text.txt");
    Files.writeString(text, String.join("\n\n", Collections.nCopies(300, PARAGRAPH)));
    Path local = Files.createDirectories(folder.resolve("local"));
    String homeless = "-Duser.home=/proc/no-home";
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    List<String> command = new ArrayList<>(List.of(java, "-Xmx1g", homeless));
    command.addAll(List.of(System.getProperty("palimpsest.opens").split(" ")));
    command.addAll(List.of("-cp", home.resolve("jars") + "/*"));
    command.addAll(List.of("org.apache.spark.deploy.SparkSubmit"));
    command.addAll(List.of("--master", "local-cluster[2,1,1024]"));
    command.addAll(List.of("--conf", "spark.local.dir=" + local));
    command.addAll(List.of("--conf", "spark.executor.extraJavaOptions=" + homeless));
    command.addAll(List.of("--conf", "spark.ui.enabled=false"));
    command.addAll(options);
    command.addAll(List.of("--class", Twice.class.getName()));
    command.add(System.getProperty("palimpsest.program"));
    command.addAll(List.of(text.toString(), folder.resolve("runs").toString()));
    return run(command, local);
  }

  private String run(List<String> command, Path local) throws IOException, InterruptedException {
    Path log = folder.resolve("log");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("SPARK_"));
    builder.environment().put("SPARK_HOME", home.toString());
    builder.environment().put("SPARK_SCALA_VERSION", System.getProperty("palimpsest.scala"));
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    builder.environment().put("SPARK_LOCAL_DIRS", local.toString());
    Process process = builder.start();
    if (!process.waitFor(5, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new AssertionError("The program did not end; its output: " + Files.readString(log));
    }
    String output = Files.readString(log);
    assertThat(process.exitValue()).as(output).isZero();
    return output;
  }
}
