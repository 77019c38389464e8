package org.palimpsest.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.corpus.text.Icu;
import org.palimpsest.dist.Launcher.Outcome;

/** What {@code bin/palimpsest} does before and after the command. Most tests start a JVM. */
@Tag("cluster")
class LauncherIT {
  private final Launcher launcher = new Launcher(Launcher.assembledHome());

  @TempDir private Path folder;

  @Test
  void helpNeedsNoSpark() {
    Outcome outcome = run("pretrain", "--help");

    assertThat(outcome.code()).isZero();
    assertThat(outcome.out()).contains("Usage: palimpsest pretrain").contains("--set");
    assertThat(outcome.err()).isEmpty();
  }

  @Test
  void folderContainsOneIcu() throws IOException {
    try (Stream<Path> jars = Files.list(Launcher.assembledHome().resolve("jars"))) {
      assertThat(jars.map(jar -> jar.getFileName().toString()))
          .filteredOn(name -> name.startsWith("icu4j"))
          .containsExactly("icu4j-" + Icu.current().version() + ".jar");
    }
  }

  @Test
  void rejectsConfWithAKeyOfPalimpsest() {
    Outcome outcome = run("pretrain", "--conf", "training.steps=3");

    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err())
        .isEqualTo(
            "palimpsest: --conf training.steps=3 is not a Spark setting (spark.KEY=VALUE): use"
                + " --set for Palimpsest's keys.\n");
  }

  @Test
  void requiresTheValueOfASparkOption() {
    Outcome outcome = run("prepare", "--master");

    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err())
        .isEqualTo("palimpsest: --master needs a value: write it after the option.\n");
  }

  @Test
  void passesExitCodeAndMessageThroughSpark() {
    Outcome outcome =
        run("preview", "--set", "corpus.path=" + folder.resolve("none"), "--master", "local[1]");

    assertThat(outcome.err())
        .isEqualTo(
            "palimpsest: file:"
                + folder.resolve("none")
                + " is not a corpus: it has no manifest.json (or was not finished).\n");
    assertThat(outcome.code()).isEqualTo(3);
    assertThat(outcome.out()).isEmpty();
  }

  @Test
  void explainsHowToBuildAnUnbuiltRepository() throws IOException {
    Path bin = Files.createDirectories(folder.resolve("bin"));
    Files.copy(Launcher.assembledHome().resolve("bin/palimpsest"), bin.resolve("palimpsest"));
    assertThat(bin.resolve("palimpsest").toFile().setExecutable(true)).isTrue();

    Outcome outcome = new Launcher(folder).run(folder, Map.of(), "prepare");

    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err())
        .contains("the project is not built: run 'mvn -q -DskipTests package'");
  }

  private Outcome run(String... arguments) {
    return launcher.run(folder, Map.of(), arguments);
  }
}
