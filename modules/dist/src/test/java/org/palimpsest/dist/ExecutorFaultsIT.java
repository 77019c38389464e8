package org.palimpsest.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.palimpsest.dist.FaultyWorkload.Fault;
import org.palimpsest.dist.FaultyWorkload.Kind;
import org.palimpsest.training.config.Recipe;

/**
 * A worker in its own executor throws, stalls, or ends its process: the run names the worker,
 * resumes from the last checkpoint in the same session, and ends with the bytes of an undisturbed
 * run.
 */
@Tag("cluster")
class ExecutorFaultsIT {
  private static final int STEPS = 20;

  @TempDir private static Path folder;

  private static final Map<String, float[]> UNDISTURBED = new HashMap<>();
  private static InProcess cluster;
  private static ClusterRuns runs;

  @BeforeAll
  static void startCluster() {
    cluster = InProcess.withTestClasses("local-cluster[2,1,1024]", Map.of());
    runs = new ClusterRuns(cluster, folder);
  }

  @AfterAll
  static void stopCluster() {
    cluster.close();
  }

  /** Longer than a round takes on a busy machine, where the fault is found by this time alone. */
  private static String timeout(String transport, Kind kind) {
    if (kind == Kind.EXITS) {
      return "60s";
    }
    return transport.equals("spark") ? "15s" : "4s";
  }

  @ParameterizedTest
  @CsvSource({
    "collective, THROWS, Worker 1 failed: java.lang.IllegalStateException: injected",
    "collective, EXITS, Worker 1 failed: its executor was lost"
  })
  @Timeout(180)
  void resumesFromTheCheckpoint(String transport, Kind kind, String cause) {
    String name = transport + "-" + kind;
    Fault fault = new Fault(kind, 1, 13, folder.resolve(name + ".mark").toString());
    Recipe recipe =
        runs.ofTwo(name, transport, STEPS).with("training.timeout=" + timeout(transport, kind));

    List<String> warnings = train(recipe, fault);

    assertThat(folder.resolve(name + ".mark")).as("the fault happened").exists();
    assertThat(warnings)
        .singleElement()
        .asString()
        .contains(cause)
        .endsWith(" The segment starts again from the newest checkpoint.");
    assertThat(runs.parameters(recipe)).containsExactly(undisturbed(transport));
    requireWorkingSession();
  }

  @ParameterizedTest
  @Tag("torture")
  @CsvSource({
    "collective, STALLS, rank 1 is missing",
    "spark, STALLS, Worker 1 did not finish a round within 15 s after the first one"
  })
  @Timeout(180)
  void resumesWhenAWorkerStalls(String transport, Kind kind, String cause) {
    resumesFromTheCheckpoint(transport, kind, cause);
  }

  /** Without a collective, Spark itself runs the lost task again. */
  @ParameterizedTest
  @EnumSource(names = {"THROWS", "EXITS"})
  @Timeout(180)
  void sparkReplacesALostTask(Kind kind) {
    Path mark = folder.resolve("replaced-" + kind + ".mark");
    Recipe recipe = runs.ofTwo("replaced-" + kind, "spark", STEPS).with("training.timeout=60s");

    List<String> warnings = train(recipe, new Fault(kind, 1, 13, mark.toString()));

    assertThat(mark).as("the fault happened").exists();
    assertThat(warnings).isEmpty();
    assertThat(runs.parameters(recipe)).containsExactly(undisturbed("spark"));
    requireWorkingSession();
  }

  private static void requireWorkingSession() {
    assertThat(runs.requireWorkingSession().getLocalProperty("spark.jobGroup.id")).isNull();
  }

  private static float[] undisturbed(String transport) {
    return UNDISTURBED.computeIfAbsent(
        transport,
        key -> {
          Recipe recipe = runs.ofTwo("undisturbed-" + transport, transport, STEPS);
          train(recipe, new Fault(Kind.THROWS, 1, STEPS + 1, folder + "/never"));
          return runs.parameters(recipe);
        });
  }

  /** Trains to the end; returns the warnings of the run. */
  private static List<String> train(Recipe recipe, Fault fault) {
    return runs.train(recipe, new FaultyWorkload(new UnequalWorkload(folder.toString()), fault));
  }
}
