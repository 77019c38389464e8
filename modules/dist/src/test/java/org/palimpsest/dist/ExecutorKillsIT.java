package org.palimpsest.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.event.RunListener;
import org.palimpsest.training.event.RunResult;
import org.palimpsest.training.run.Run;

/**
 * Kills one executor, or all, 20 times during training: in the same session, the run ends with the
 * bytes of an undisturbed run, so no example is skipped or used twice. Takes minutes: {@code mvn
 * verify -Pkill-tests}.
 */
@EnabledIfSystemProperty(named = "palimpsest.kills", matches = "\\d\\d+")
@Tag("cluster")
class ExecutorKillsIT {
  private static final int KILLS = Integer.getInteger("palimpsest.kills", 20);
  private static final int STEPS = 300;
  private static final long PAUSE_MS = 50;

  @TempDir private static Path folder;

  private static InProcess cluster;
  private static ClusterRuns runs;

  @BeforeAll
  static void startCluster() {
    // By default Spark stops an application whose executors fail repeatedly.
    cluster =
        InProcess.withTestClasses(
            "local-cluster[2,1,1024]", Map.of("spark.deploy.maxExecutorRetries", "-1"));
    runs = new ClusterRuns(cluster, folder);
  }

  @AfterAll
  static void stopCluster() {
    cluster.close();
  }

  @ParameterizedTest
  @CsvSource({"collective,1", "collective,2", "spark,1", "spark,2"})
  @Timeout(1200)
  void killedExecutorsDoNotChangeTheResult(String transport, int atOnce) throws Exception {
    Recipe undisturbed = recipe("undisturbed-" + transport + atOnce, transport);
    Recipe killed = recipe("killed-" + transport + atOnce, transport);
    train(undisturbed, RunListener.none());
    Semaphore published = new Semaphore(0);
    AtomicInteger kills = new AtomicInteger();
    ExecutorService killer = Executors.newSingleThreadExecutor();
    try {
      Future<?> killing = killer.submit(() -> killRepeatedly(atOnce, published, kills));
      RunResult result = train(killed, publications(published));
      assertThat(result.ending()).isEqualTo(RunResult.Ending.FINISHED);
      killing.cancel(true);
    } finally {
      killer.shutdownNow();
      assertThat(killer.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(kills).as("points at which executors were killed").hasValue(KILLS);
    assertThat(runs.parameters(killed)).containsExactly(runs.parameters(undisturbed));
    runs.requireWorkingSession();
  }

  /** Repeatedly kills executors shortly after a checkpoint. */
  private static void killRepeatedly(int atOnce, Semaphore published, AtomicInteger kills) {
    Random random = new Random(atOnce);
    try {
      while (kills.get() < KILLS) {
        published.drainPermits();
        published.acquire();
        Thread.sleep(random.nextInt(300));
        List<ProcessHandle> executors = executors();
        Collections.shuffle(executors, random);
        executors.stream().limit(atOnce).forEach(ProcessHandle::destroyForcibly);
        kills.addAndGet(executors.isEmpty() ? 0 : 1);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // The run ended first.
    }
  }

  private static List<ProcessHandle> executors() {
    return new ArrayList<>(
        ProcessHandle.current()
            .descendants()
            .filter(
                process ->
                    process
                        .info()
                        .commandLine()
                        .filter(line -> line.contains("CoarseGrainedExecutorBackend"))
                        .isPresent())
            .toList());
  }

  private static RunListener publications(Semaphore published) {
    return new RunListener() {
      @Override
      public void checkpointPublished(String path, long step) {
        published.release();
      }
    };
  }

  private static Recipe recipe(String name, String transport) {
    return runs.ofTwo(name, transport, STEPS).with("training.attempts=20", "training.timeout=30s");
  }

  private static RunResult train(Recipe recipe, RunListener listener) {
    UnequalWorkload workload = new UnequalWorkload(folder.toString(), PAUSE_MS);
    return Run.of(recipe, cluster.session(), workload, Map.of(), listener).train();
  }
}
