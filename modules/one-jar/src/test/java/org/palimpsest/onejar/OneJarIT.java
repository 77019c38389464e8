package org.palimpsest.onejar;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The one jar on Spark installations that have only Spark's own jars: the version that it is
 * compiled against, and the oldest of its line.
 */
@Tag("cluster")
class OneJarIT {
  private static final Path ONE_JAR = Path.of(System.getProperty("palimpsest.one-jar"));
  private static final Path SPARK_HOMES = Path.of(System.getProperty("palimpsest.spark-homes"));

  @TempDir private Path folder;

  /** Versions of Spark. */
  static Stream<String> sparks() {
    return Stream.of(System.getProperty("palimpsest.sparks").split(",")).distinct();
  }

  private static Path home(String version) {
    return SPARK_HOMES.resolve(version);
  }

  @ParameterizedTest
  @MethodSource("sparks")
  void containsNoClassesOfSpark(String version) throws IOException {
    assertThat(home(version).resolve("jars"))
        .isDirectoryContaining("glob:**/spark-core_*-" + version + ".jar");
    Set<String> ours = classes(ONE_JAR);
    Set<String> sparks = new TreeSet<>();
    try (Stream<Path> jars = Files.list(home(version).resolve("jars"))) {
      for (Path jar : jars.toList()) {
        sparks.addAll(classes(jar));
      }
    }
    assertThat(sparks).contains("org/apache/spark/SparkContext.class");
    assertThat(ours).contains("org/palimpsest/cli/Main.class");
    sparks.retainAll(ours);
    assertThat(sparks).as("classes in both the jar and Spark").isEmpty();
  }

  private static Set<String> classes(Path jar) throws IOException {
    Set<String> names = new TreeSet<>();
    try (JarFile file = new JarFile(jar.toFile())) {
      for (ZipEntry entry : Collections.list(file.entries())) {
        if (entry.getName().endsWith(".class") && !entry.getName().startsWith("META-INF")) {
          names.add(entry.getName());
        }
      }
    }
    return names;
  }

  @Test
  void mergesServicesAndDefaultsAndContainsNatives() throws IOException {
    try (JarFile file = new JarFile(ONE_JAR.toFile())) {
      assertThat(text(file, "META-INF/services/org.palimpsest.model.Engine"))
          .contains("org.palimpsest.torch.TorchEngine");
      assertThat(text(file, "reference.conf"))
          .contains("corpus {")
          .contains("model {")
          .contains("training {");
      List<String> names =
          Collections.list(file.entries()).stream().map(ZipEntry::getName).toList();
      assertThat(names)
          .anyMatch(name -> name.matches("org/bytedeco/pytorch/linux-.*/libtorch_cpu\\.so.*"))
          .anyMatch(name -> name.matches("native/lib/linux-.*/libtokenizers\\.so"))
          .noneMatch(name -> name.contains("windows") && name.endsWith(".dll"));
    }
  }

  private static String text(JarFile file, String entry) throws IOException {
    return new String(
        file.getInputStream(file.getEntry(entry)).readAllBytes(), StandardCharsets.UTF_8);
  }

  /** Two executors, without a writable home and without Palimpsest's Spark settings. */
  @ParameterizedTest
  @MethodSource("sparks")
  void trainsTwiceInOneSession(String version) throws IOException, InterruptedException {
    SparkProgram program = new SparkProgram(home(version), folder);

    String output = program.trainTwice(List.of("--jars", ONE_JAR.toString()));

    assertThat(output).contains("Finished: 10 steps").contains("Rows counted afterwards: 7");
    assertThat(folder.resolve("runs/first/status.json")).content().contains("finished");
    assertThat(folder.resolve("runs/second/status.json")).content().contains("finished");
    assertThat(icu(folder.resolve("runs/first/corpus/manifest.json")))
        .as("version of the ICU that split sentences")
        .isEqualTo(System.getProperty("palimpsest.icu"));
    assertThat(folder.resolve("local/palimpsest-natives/javacpp"))
        .as("natives unpacked to Spark's local directory")
        .isNotEmptyDirectory();
  }

  private static String icu(Path manifest) throws IOException {
    return new ObjectMapper().readTree(manifest.toFile()).at("/generations/0/icu/version").asText();
  }
}
