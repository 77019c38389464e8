package org.palimpsest.dl4j.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.factory.Nd4jBackend;
import org.palimpsest.model.process.ChildJvm;

/** Processes with a wrong setup fail with one sentence. */
@Tag("cluster")
class RefusedProgramsTest {
  @TempDir Path folder;

  private static ChildJvm program(String... forgottenSettings) {
    return ChildJvm.of(RefusedProgram.class, forgottenSettings);
  }

  /** The last output of the program. */
  private String ending(ChildJvm jvm) throws IOException, InterruptedException {
    Path log = folder.resolve("log");
    Process program = jvm.with("-Djava.io.tmpdir=" + folder).start(log);
    try {
      assertThat(program.waitFor(90, TimeUnit.SECONDS)).as("ends").isTrue();
    } finally {
      program.destroyForcibly();
    }
    return Files.readAllLines(log).stream()
        .filter(line -> line.startsWith(RefusedProgram.REFUSED) || line.equals("TRAINED"))
        .findFirst()
        .orElse(Files.readString(log))
        .replace(RefusedProgram.REFUSED, "");
  }

  private static String classPath() {
    return System.getProperty("java.class.path");
  }

  @Test
  void reportsTwoBackends() throws Exception {
    Path services = Files.createDirectories(folder.resolve("other/META-INF/services"));
    Files.writeString(
        services.resolve(Nd4jBackend.class.getName()), OtherBackend.class.getName() + "\n");
    String both = classPath() + File.pathSeparator + folder.resolve("other");
    assertThat(ending(program().withClassPath(both)))
        .isEqualTo(
            "The class path has several ND4J backends, CpuBackend and OtherBackend: keep"
                + " one of nd4j-native and nd4j-cuda.");
  }

  @Test
  void reportsAMissingBackend() throws Exception {
    String others =
        Pattern.compile(File.pathSeparator)
            .splitAsStream(classPath())
            .filter(entry -> !entry.contains("nd4j-native-1"))
            .collect(Collectors.joining(File.pathSeparator));
    assertThat(ending(program().withClassPath(others)))
        .isEqualTo(
            "ND4J has no working backend: add nd4j-native (with the classifier of this platform) or"
                + " nd4j-cuda to the class path of driver and executors.");
  }

  @Test
  void reportsKryoWithoutArrays() throws Exception {
    assertThat(ending(program("spark.kryo.registrator")))
        .isEqualTo(
            "Spark's Kryo serializer does not support ND4J's arrays: set"
                + " spark.kryo.registrator to org.palimpsest.dl4j.spark.Dl4jKryoRegistrator.");
  }

  @Test
  void reportsTooLittleMemoryOutsideTheHeap() throws Exception {
    assertThat(ending(program().with("-Dorg.bytedeco.javacpp.maxbytes=100m")))
        .isEqualTo(
            "1 replica of 103 parameters and the native libraries need 351 MB outside the heap,"
                + " but org.bytedeco.javacpp.maxbytes is 100 MB: start the driver with -Dorg.bytedeco.javacpp.maxbytes=351m or more (SPARK_SUBMIT_OPTS), or use a smaller"
                + " model or fewer workers.");
  }
}
