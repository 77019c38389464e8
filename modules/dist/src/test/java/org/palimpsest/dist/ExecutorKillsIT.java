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
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.palimpsest.model.HeapVector;
import org.palimpsest.training.Recipe;
import org.palimpsest.training.Run;
import org.palimpsest.training.RunListener;
import org.palimpsest.training.RunResult;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.checkpoint.Checkpoints;

/**
 * SIGKILL to one executor, and to all, twenty times while they train: the run ends with the bytes
 * of one that nobody disturbed, in the same session, so that no example was left out or learned
 * from twice. Takes minutes: {@code mvn verify -Pkill-tests}.
 */
@EnabledIfSystemProperty(named = "palimpsest.kills", matches = "\\d\\d+")
class ExecutorKillsIT {
  private static final int KILLS = Integer.getInteger("palimpsest.kills", 20);
  private static final int STEPS = 300;
  private static final long PAUSE_MS = 50;

  @TempDir private static Path folder;

  private static InProcess cluster;

  @BeforeAll
  static void startCluster() {
    System.setProperty(
        "spark.executor.extraClassPath",
        Path.of(UnequalWorkload.class.getProtectionDomain().getCodeSource().getLocation().getPath())
            .toString());
    // Executors that the tests have ended are no reason to give the application up.
    System.setProperty("spark.deploy.maxExecutorRetries", "-1");
    cluster = new InProcess("local-cluster[2,1,1024]");
  }

  @AfterAll
  static void stopCluster() {
    cluster.close();
    System.clearProperty("spark.deploy.maxExecutorRetries");
  }

  @ParameterizedTest
  @CsvSource({"collective,1", "collective,2", "spark,1", "spark,2"})
  @Timeout(1200)
  void aRunWhoseExecutorsDieEndsAsIfNothingHadHappened(String transport, int atOnce)
      throws Exception {
    Recipe whole = recipe("whole-" + transport + atOnce, transport);
    Recipe killed = recipe("killed-" + transport + atOnce, transport);
    train(whole, RunListener.none());
    Semaphore published = new Semaphore(0);
    AtomicInteger kills = new AtomicInteger();
    ExecutorService killer = Executors.newSingleThreadExecutor();
    try {
      Future<?> killing = killer.submit(() -> killAgainAndAgain(atOnce, published, kills));
      RunResult result = train(killed, publications(published));
      assertThat(result.ending()).isEqualTo(RunResult.Ending.FINISHED);
      killing.cancel(true);
    } finally {
      killer.shutdownNow();
      assertThat(killer.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(kills).as("moments of the run at which executors were killed").hasValue(KILLS);
    assertThat(parameters(killed)).containsExactly(parameters(whole));
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(cluster.session().sparkContext());
    assertThat(spark.parallelize(List.of(1, 2, 3), 3).count()).isEqualTo(3);
  }

  /** Ends executors a little after the run has got further, as often as it is asked to. */
  private static void killAgainAndAgain(int atOnce, Semaphore published, AtomicInteger kills) {
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
      Thread.currentThread().interrupt(); // The run has ended first.
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
    return Recipe.defaults()
        .with(
            "run.directory=" + folder.resolve(name),
            "training.steps=" + STEPS,
            "training.workers=2",
            "training.aggregate=parameters",
            "training.transport=" + transport,
            "training.inner-steps=2",
            "training.attempts=20",
            "training.timeout=30s",
            "checkpoint.every=4",
            "optimizer.kind=sgd",
            "schedule.kind=constant",
            "schedule.peak=0.1",
            "schedule.warm-up-steps=0");
  }

  private static RunResult train(Recipe recipe, RunListener listener) {
    UnequalWorkload workload = new UnequalWorkload(folder.toString(), PAUSE_MS);
    return Run.of(recipe, cluster.session(), workload, Map.of(), listener).train();
  }

  private static float[] parameters(Recipe recipe) {
    Checkpoints checkpoints =
        new Checkpoints(
            recipe.checkpointPath(), cluster.session().sparkContext().hadoopConfiguration());
    Checkpoint newest = checkpoints.newest().orElseThrow();
    HeapVector vector = new HeapVector((int) newest.state().parameters());
    newest.readParameters(vector);
    return vector.values();
  }
}
