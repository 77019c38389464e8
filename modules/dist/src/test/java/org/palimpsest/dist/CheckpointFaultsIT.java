package org.palimpsest.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.storage.FlakyFileSystem;
import org.palimpsest.storage.Troubles;
import org.palimpsest.training.config.Recipe;

/** The file system of the checkpoints fails in the process of an executor. */
class CheckpointFaultsIT {
  private static final int STEPS = 12;

  @TempDir private static Path folder;

  private static final Map<String, float[]> CALM = new HashMap<>();
  private static InProcess cluster;
  private static ClusterRuns runs;
  private static Troubles troubles;

  @BeforeAll
  static void startCluster() throws IOException {
    cluster = InProcess.withTestClasses("local-cluster[2,1,1024]", Map.of(), FlakyFileSystem.class);
    runs = new ClusterRuns(cluster, folder);
    troubles =
        FlakyFileSystem.install(
            cluster.session().sparkContext().hadoopConfiguration(), folder.resolve("troubles"));
  }

  @AfterAll
  static void stopCluster() {
    cluster.close();
  }

  @BeforeEach
  void repair() throws IOException {
    troubles.repair();
  }

  @ParameterizedTest
  @CsvSource({
    "collective, parameters.bin",
    "collective, optimizer-00001.bin",
    "spark, optimizer-00001-.*"
  })
  @Timeout(180)
  void oneThatFailsThreeTimesIsAskedAgain(String transport, String file) throws IOException {
    Recipe recipe = recipe("asked-again-" + file, transport);
    troubles.fail(file, 3);

    List<String> warnings = train(recipe);

    assertThat(warnings).isEmpty();
    assertThat(troubles.isPending()).as("failures that nobody has met").isFalse();
    assertThat(runs.parameters(recipe)).containsExactly(calm(transport));
    itWasAnExecutor();
  }

  /**
   * As Spark jobs a worker's state is written after each round, and a round that fails is repeated.
   */
  @ParameterizedTest
  @CsvSource({
    "collective, optimizer-00001.bin, 'A checkpoint could not be written, and the run has stopped;'",
    "spark, optimizer-00001-.*, A segment of the training failed 3 times: Worker 1 failed:"
  })
  @Timeout(180)
  void oneThatFailsForGoodEndsTheRunWithTheLastGoodCheckpoint(
      String transport, String file, String told) throws IOException {
    Recipe recipe = recipe("for-good", transport);
    train(recipe.with("training.steps=4"));
    troubles.failForGood(file);

    assertThat(theRunStops(recipe, transport))
        .startsWith(told)
        .contains("flaky:" + folder + "/forgood-" + transport + "/checkpoints/step-00000004-")
        .contains("cannot be written: injected.");
  }

  @Test
  @Timeout(180)
  void aFullDiskIsSaid() throws IOException {
    troubles.fill("parameters.bin", 3);

    assertThat(theRunStops(recipe("full", "collective"), "collective"))
        .startsWith(
            "A checkpoint could not be written, and the run has stopped; there is no checkpoint"
                + " yet.")
        .endsWith("parameters.bin cannot be written: No space left on device.");
  }

  /**
   * Asserts that the run fails in an executor, and that when the file system works again it goes on
   * to where a calm one ends.
   *
   * @return what it said
   */
  private static String theRunStops(Recipe recipe, String transport) throws IOException {
    PalimpsestException failure =
        catchThrowableOfType(PalimpsestException.class, () -> train(recipe));

    assertThat(failure.kind()).isEqualTo(PalimpsestException.Kind.CLUSTER);
    itWasAnExecutor();
    runs.requireWorkingSession();
    troubles.repair();
    train(recipe);
    assertThat(runs.parameters(recipe)).containsExactly(calm(transport));
    return failure.getMessage();
  }

  private static void itWasAnExecutor() throws IOException {
    assertThat(troubles.metBy()).isNotEmpty().doesNotContain(ProcessHandle.current().pid());
  }

  private static Recipe recipe(String name, String transport) {
    String run = name.replaceAll("\\W", "") + "-" + transport;
    return runs.ofTwo(run, transport, STEPS)
        .with("run.directory=\"flaky:" + folder.resolve(run) + "\"");
  }

  private static float[] calm(String transport) {
    return CALM.computeIfAbsent(
        transport,
        key -> {
          Recipe recipe = runs.ofTwo("calm-" + transport, transport, STEPS);
          train(recipe);
          return runs.parameters(recipe);
        });
  }

  /** What the run has warned of. */
  private static List<String> train(Recipe recipe) {
    return runs.train(recipe, new UnequalWorkload(folder.toString()));
  }
}
