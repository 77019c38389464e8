package org.palimpsest.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.palimpsest.dist.MischievousWorkload.Kind;
import org.palimpsest.dist.MischievousWorkload.Mischief;
import org.palimpsest.training.config.Recipe;

/**
 * A worker in an executor of its own throws, stalls or takes its process along: the run says which,
 * goes on from the last checkpoint in the same session, and ends with the bytes of a calm one.
 */
class ExecutorFaultsIT {
  private static final int STEPS = 20;

  @TempDir private static Path folder;

  private static final Map<String, float[]> CALM = new HashMap<>();
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

  @ParameterizedTest
  @CsvSource({
    "collective, THROWS, Worker 1 failed: java.lang.IllegalStateException: injected",
    "collective, STALLS, rank 1 did not come",
    "collective, ENDS_ITS_PROCESS, Worker 1 failed: its executor was lost",
    "spark, STALLS, Worker 1 did not finish a round within 4 s after the first one"
  })
  @Timeout(180)
  void theRunGoesOnFromItsCheckpoint(String transport, Kind kind, String told) {
    String name = transport + "-" + kind;
    Mischief mischief = new Mischief(kind, 1, 13, folder.resolve(name + ".mark").toString());
    Recipe recipe =
        runs.ofTwo(name, transport, STEPS)
            .with("training.timeout=" + (kind == Kind.ENDS_ITS_PROCESS ? "60s" : "4s"));

    List<String> warnings = train(recipe, mischief);

    assertThat(folder.resolve(name + ".mark")).as("it has happened").exists();
    assertThat(warnings)
        .singleElement()
        .asString()
        .contains(told)
        .endsWith(" The segment is run again from its checkpoint.");
    assertThat(runs.parameters(recipe)).containsExactly(calm(transport));
    theSessionStillWorks();
  }

  /** Without a collective nobody but Spark has to know: it runs the lost task again. */
  @ParameterizedTest
  @EnumSource(names = {"THROWS", "ENDS_ITS_PROCESS"})
  @Timeout(180)
  void sparkReplacesALostTask(Kind kind) {
    Path mark = folder.resolve("replaced-" + kind + ".mark");
    Recipe recipe = runs.ofTwo("replaced-" + kind, "spark", STEPS).with("training.timeout=60s");

    List<String> warnings = train(recipe, new Mischief(kind, 1, 13, mark.toString()));

    assertThat(mark).as("it has happened").exists();
    assertThat(warnings).isEmpty();
    assertThat(runs.parameters(recipe)).containsExactly(calm("spark"));
    theSessionStillWorks();
  }

  private static void theSessionStillWorks() {
    assertThat(runs.requireWorkingSession().getLocalProperty("spark.jobGroup.id")).isNull();
  }

  private static float[] calm(String transport) {
    return CALM.computeIfAbsent(
        transport,
        key -> {
          Recipe recipe = runs.ofTwo("calm-" + transport, transport, STEPS);
          train(recipe, new Mischief(Kind.THROWS, 1, STEPS + 1, folder + "/never"));
          return runs.parameters(recipe);
        });
  }

  /** What the run has warned of. */
  private static List<String> train(Recipe recipe, Mischief mischief) {
    return runs.train(
        recipe, new MischievousWorkload(new UnequalWorkload(folder.toString()), mischief));
  }
}
