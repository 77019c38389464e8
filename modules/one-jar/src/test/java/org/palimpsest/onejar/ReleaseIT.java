package org.palimpsest.onejar;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar as bin/release publishes it, which spark-submit resolves by its coordinates. */
@Tag("cluster")
class ReleaseIT {
  private static final String VERSION = "9.9.9";

  @TempDir private Path folder;

  @Test
  void trainsWithPackagesOfSparkSubmit() throws IOException, InterruptedException {
    String version = OneJarIT.sparks().findFirst().orElseThrow();
    String jar = System.getProperty("palimpsest.one-jar");
    String line = jar.replaceAll(".*-spark-(.*)\\.jar", "$1");
    Path repository = folder.resolve("repository");
    publish(jar, line, repository);

    SparkProgram program =
        new SparkProgram(Path.of(System.getProperty("palimpsest.spark-homes"), version), folder);
    String output =
        program.trainTwice(
            List.of(
                "--packages",
                "org.palimpsest:palimpsest-spark-" + line + ":" + VERSION,
                "--conf",
                "spark.jars.ivySettings=" + onlyThis(repository),
                "--conf",
                "spark.jars.ivy=" + folder.resolve("ivy")));

    assertThat(output).contains("Finished: 10 steps").contains("Rows counted afterwards: 7");
  }

  private void publish(String jar, String line, Path repository)
      throws IOException, InterruptedException {
    Path log = folder.resolve("release.log");
    Process release =
        new ProcessBuilder(
                System.getProperty("palimpsest.root") + "/bin/release",
                "publish",
                jar,
                line,
                VERSION,
                repository.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    assertThat(release.waitFor()).as(() -> read(log)).isZero();
    assertThat(repository.resolve("org/palimpsest/palimpsest-spark-" + line + "/" + VERSION))
        .isDirectoryContaining("glob:**.jar")
        .isDirectoryContaining("glob:**.pom");
  }

  private static String read(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** Settings of Ivy without public repositories, so that the test needs no network. */
  private Path onlyThis(Path repository) throws IOException {
    Path settings = folder.resolve("ivysettings.xml");
    Files.writeString(
        settings,
        """
        <ivysettings>
          <settings defaultResolver="release"/>
          <resolvers><ibiblio name="release" m2compatible="true" root="%s"/></resolvers>
        </ivysettings>
        """
            .formatted(repository.toUri()));
    return settings;
  }
}
