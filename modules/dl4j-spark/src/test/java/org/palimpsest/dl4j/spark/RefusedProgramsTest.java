package org.palimpsest.dl4j.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.factory.Nd4jBackend;

/** Processes that are set up wrongly say so in one sentence. */
class RefusedProgramsTest {
  @TempDir Path folder;

  /** What the program says at its end. */
  private String ending(List<String> options, String classPath, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--add-opens"))
        .forEach(command::add);
    command.addAll(options);
    command.addAll(List.of("-Djava.io.tmpdir=" + folder, "-cp", classPath));
    command.add(RefusedProgram.class.getName());
    command.addAll(List.of(arguments));
    Path out = folder.resolve("out");
    Process program =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(folder.resolve("err").toFile())
            .start();
    try {
      assertThat(program.waitFor(90, TimeUnit.SECONDS)).as("ends").isTrue();
    } finally {
      program.destroyForcibly();
    }
    return Files.readAllLines(out).stream()
        .filter(line -> line.startsWith(RefusedProgram.REFUSED) || line.equals("TRAINED"))
        .findFirst()
        .orElse(Files.readString(folder.resolve("err")))
        .replace(RefusedProgram.REFUSED, "");
  }

  private static String classPath() {
    return System.getProperty("java.class.path");
  }

  @Test
  void twoBackends() throws Exception {
    Path services = Files.createDirectories(folder.resolve("other/META-INF/services"));
    Files.writeString(
        services.resolve(Nd4jBackend.class.getName()), OtherBackend.class.getName() + "\n");
    String both = classPath() + File.pathSeparator + folder.resolve("other");
    assertThat(ending(List.of(), both))
        .isEqualTo(
            "There are several ND4J backends on the class path, CpuBackend and OtherBackend: leave"
                + " one of nd4j-native and nd4j-cuda.");
  }

  @Test
  void noBackend() throws Exception {
    String others =
        Pattern.compile(File.pathSeparator)
            .splitAsStream(classPath())
            .filter(entry -> !entry.contains("nd4j-native-1"))
            .collect(Collectors.joining(File.pathSeparator));
    assertThat(ending(List.of(), others))
        .isEqualTo(
            "ND4J finds no backend that works here: put nd4j-native (with the classifier of this"
                + " platform) or nd4j-cuda on the class path of driver and executors.");
  }

  @Test
  void kryoThatDoesNotKnowArrays() throws Exception {
    assertThat(ending(List.of(), classPath(), "spark.kryo.registrator"))
        .isEqualTo(
            "Spark is told to use Kryo, which does not know how to carry ND4J's arrays: set"
                + " spark.kryo.registrator to org.palimpsest.dl4j.spark.Dl4jKryoRegistrator.");
  }

  @Test
  void tooLittleMemoryOutsideTheHeap() throws Exception {
    assertThat(ending(List.of("-Dorg.bytedeco.javacpp.maxbytes=100m"), classPath()))
        .isEqualTo(
            "1 replica of 103 parameters and the native libraries take 351 MB outside the heap,"
                + " but org.bytedeco.javacpp.maxbytes is 100 MB: give the driver"
                + " -Dorg.bytedeco.javacpp.maxbytes=351m or more (SPARK_SUBMIT_OPTS), a smaller"
                + " model, or fewer workers.");
  }
}
