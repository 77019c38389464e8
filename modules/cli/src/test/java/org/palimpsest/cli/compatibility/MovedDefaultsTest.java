package org.palimpsest.cli.compatibility;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.palimpsest.model.process.ChildJvm;

/**
 * Runs of commit 4772d44 resume under a version with other defaults: a JVM whose class path begins
 * with another {@code reference.conf}. Their user sets where they are, how far they go, and nothing
 * else.
 */
@Tag("cluster")
class MovedDefaultsTest {
  private static final Path MOVED = Artefacts.COMMITTED.resolve("moved-defaults");
  private static final List<String> RUNS =
      List.of("gradients", "collective", "spark-carried", "spark-average");
  private static final long MINUTES = 3;

  @TempDir private static Path folder;
  private static Artefacts artefacts;

  @BeforeAll
  static void resume() throws Exception {
    artefacts = Artefacts.copiedTo(folder.resolve("artefacts"));
    Path log = folder.resolve("log.txt");
    String classPath = MOVED.toAbsolutePath() + File.pathSeparator + testClassPath();
    List<String> arguments = new ArrayList<>(RUNS);
    arguments.add(0, artefacts.folder().toString());
    Process process =
        ChildJvm.of(ResumedRuns.class, arguments.toArray(String[]::new))
            .with("-Xmx1g", "-XX:TieredStopAtLevel=1")
            .withClassPath(classPath)
            .start(log);
    boolean ended = process.waitFor(MINUTES, TimeUnit.MINUTES);
    process.destroyForcibly();
    assertThat(ended && process.exitValue() == 0).as(Files.readString(log)).isTrue();
  }

  /** What surefire runs the tests with may be a jar that only names the others. */
  private static String testClassPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  @Test
  void everyDefaultIsMoved() {
    Map<String, String> defaults = leaves(ConfigFactory.parseResources("reference.conf"));
    Map<String, String> moved =
        leaves(ConfigFactory.parseFile(MOVED.resolve("reference.conf").toFile()));
    assertThat(moved).containsOnlyKeys(defaults.keySet());
    assertThat(moved.entrySet()).doesNotContainAnyElementsOf(defaults.entrySet());
  }

  @ParameterizedTest
  @ValueSource(strings = {"gradients", "collective", "spark-carried", "spark-average"})
  void theNextTwentyStepsHaveTheRecordedLosses(String run) {
    Losses.assertRecorded(artefacts, run);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gradients", "collective", "spark-carried", "spark-average"})
  void theRecipeIsKeptAsItWasWritten(String run) {
    Map<String, String> then = recipe(Artefacts.COMMITTED.resolve(run));
    Map<String, String> now = recipe(artefacts.path(run));
    // A key that is younger than these runs has today's default.
    now.keySet().retainAll(then.keySet());
    List<String> differ = new ArrayList<>(then.keySet());
    differ.removeIf(key -> then.get(key).equals(now.get(key)));
    assertThat(differ)
        .containsExactly("corpus.path", "run.directory", "training.steps", "training.time-limit");
  }

  @Test
  void whatThePresetsMeantIsRecorded() throws Exception {
    Path presets = Artefacts.checkpoint(artefacts.path("spark-average")).resolve("presets.conf");
    Config meant = ConfigFactory.parseString(Files.readString(presets));
    assertThat(meant.getInt("model.width")).isEqualTo(16);
    assertThat(meant.getInt("model.encoder-layers")).isEqualTo(1);
    assertThat(meant.getString("model.activation")).isEqualTo("gated-gelu");
    assertThat(meant.getString("objective.noise.kind")).isEqualTo("random-spans");
  }

  @ParameterizedTest
  @CsvSource({"collective, bart", "spark-average, t5"})
  void anExportStillNamesItsObjective(String run, String objective) {
    Path model = artefacts.path(run + "-now");
    artefacts.succeed("export", run, "--to", model.toString());
    assertThat(Artefacts.json(model.resolve("palimpsest.json")).path("objective").asText())
        .isEqualTo(objective);
  }

  private static Map<String, String> recipe(Path run) {
    Path file = Artefacts.checkpoint(run).resolve("recipe.conf");
    return leaves(ConfigFactory.parseFile(file.toFile()));
  }

  private static Map<String, String> leaves(Config config) {
    Map<String, String> leaves = new TreeMap<>();
    collect("", config.root(), leaves);
    return leaves;
  }

  private static void collect(String prefix, ConfigObject section, Map<String, String> leaves) {
    section.forEach(
        (name, value) -> {
          if (value instanceof ConfigObject inner && !inner.isEmpty()) {
            collect(prefix + name + ".", inner, leaves);
          } else {
            leaves.put(prefix + name, value.render(ConfigRenderOptions.concise()));
          }
        });
  }
}
