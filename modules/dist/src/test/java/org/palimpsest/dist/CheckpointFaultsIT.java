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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.storage.FlakyFileSystem;
import org.palimpsest.storage.Troubles;
import org.palimpsest.training.config.Recipe;

/** Failures of the checkpoints' file system in an executor. */
@Tag("cluster")
class CheckpointFaultsIT {
  private static final int STEPS = 12;

  @TempDir private static Path folder;

  private static final Map<String, float[]> UNDISTURBED = new HashMap<>();
  private static InProcess cluster;
  private static ClusterRuns runs;
  private static Troubles faults;

  @BeforeAll
  static void startCluster() throws IOException {
    cluster = InProcess.withTestClasses("local-cluster[2,1,1024]", Map.of(), FlakyFileSystem.class);
    runs = new ClusterRuns(cluster, folder);
    faults =
        FlakyFileSystem.install(
            cluster.session().sparkContext().hadoopConfiguration(), folder.resolve("faults"));
  }

  @AfterAll
  static void stopCluster() {
    cluster.close();
  }

  @BeforeEach
  void repair() throws IOException {
    faults.repair();
  }

  @ParameterizedTest
  @CsvSource({
    "collective, parameters.bin",
    "collective, optimizer-00001.bin",
    "spark, optimizer-00001-.*"
  })
  @Timeout(180)
  void retriesAWriteThatFailsThreeTimes(String transport, String file) throws IOException {
    Recipe recipe = recipe("retried-" + file, transport);
    faults.fail(file, 3);

    List<String> warnings = train(recipe);

    assertThat(warnings).isEmpty();
    assertThat(faults.isPending()).as("injected failures that did not happen").isFalse();
    assertThat(runs.parameters(recipe)).containsExactly(undisturbed(transport));
    requireFailureInExecutor();
  }

  /**
   * With Spark jobs, a worker's state is written after each round, and a failed round is repeated.
   */
  @ParameterizedTest
  @CsvSource(
      "collective, optimizer-00001.bin, 'The run stopped, because a checkpoint could not be"
          + " written;'")
  @Timeout(180)
  void permanentFailureStopsTheRunAtTheLastGoodCheckpoint(
      String transport, String file, String message) throws IOException {
    Recipe recipe = recipe("for-good", transport);
    train(recipe.with("training.steps=4"));
    faults.failForGood(file);

    assertThat(stopAndResume(recipe, transport))
        .startsWith(message)
        .contains("flaky:" + folder + "/forgood-" + transport + "/checkpoints/step-00000004-")
        .contains("cannot be written: injected.");
  }

  @ParameterizedTest
  @Tag("torture")
  @CsvSource(
      "spark, optimizer-00001-.*, A segment of the training failed 3 times: Worker 1 failed:")
  @Timeout(180)
  void permanentFailureOfAWorkersStateStopsTheRun(String transport, String file, String message)
      throws IOException {
    permanentFailureStopsTheRunAtTheLastGoodCheckpoint(transport, file, message);
  }

  @Test
  @Tag("torture")
  @Timeout(180)
  void reportsAFullDisk() throws IOException {
    faults.fill("parameters.bin", 3);

    assertThat(stopAndResume(recipe("full", "collective"), "collective"))
        .startsWith(
            "The run stopped, because a checkpoint could not be written; there is no checkpoint"
                + " yet.")
        .endsWith("parameters.bin cannot be written: No space left on device.");
  }

  /**
   * Asserts that the run fails in an executor, and that it resumes after repair and ends with the
   * parameters of an undisturbed run.
   *
   * @return the message of the failure
   */
  private static String stopAndResume(Recipe recipe, String transport) throws IOException {
    PalimpsestException failure =
        catchThrowableOfType(PalimpsestException.class, () -> train(recipe));

    assertThat(failure.kind()).isEqualTo(PalimpsestException.Kind.CLUSTER);
    requireFailureInExecutor();
    runs.requireWorkingSession();
    faults.repair();
    train(recipe);
    assertThat(runs.parameters(recipe)).containsExactly(undisturbed(transport));
    return failure.getMessage();
  }

  private static void requireFailureInExecutor() throws IOException {
    assertThat(faults.metBy()).isNotEmpty().doesNotContain(ProcessHandle.current().pid());
  }

  private static Recipe recipe(String name, String transport) {
    String run = name.replaceAll("\\W", "") + "-" + transport;
    return runs.ofTwo(run, transport, STEPS)
        .with("run.directory=\"flaky:" + folder.resolve(run) + "\"");
  }

  private static float[] undisturbed(String transport) {
    return UNDISTURBED.computeIfAbsent(
        transport,
        key -> {
          Recipe recipe = runs.ofTwo("undisturbed-" + transport, transport, STEPS);
          train(recipe);
          return runs.parameters(recipe);
        });
  }

  /** Trains to the end; returns the warnings of the run. */
  private static List<String> train(Recipe recipe) {
    return runs.train(recipe, new UnequalWorkload(folder.toString()));
  }
}
