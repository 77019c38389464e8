package org.palimpsest.training.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.storage.Deadline;
import org.palimpsest.storage.FaultPlan;
import org.palimpsest.storage.FaultPlan.Extent;
import org.palimpsest.storage.FaultPlan.Way;
import org.palimpsest.storage.Lease;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.training.ToyWorkload;
import org.palimpsest.training.ToyWorkload.InjectedFailure;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.event.Progress;
import org.palimpsest.training.event.RunListener;
import org.palimpsest.training.event.RunResult;

/** Errors such as a lack of memory in threads of the run: they do not end the thread in silence. */
@Tag("spark")
@Timeout(120)
class ThreadErrorsTest extends ToyRunCase {
  private static final int STOP_AT = 27;

  private FaultPlan plan;

  ThreadErrorsTest(SparkSession spark) {
    super(spark);
  }

  @BeforeEach
  void install() {
    plan = FaultPlan.install(spark.sparkContext().hadoopConfiguration(), FaultPlan.Kind.DISK);
  }

  private Recipe faulty(String name, String... more) {
    return recipe(name, "training.workers=2", "training.steps=400", "checkpoint.every=10")
        .with("training.aggregate=parameters", "training.inner-steps=5", "checkpoint.lease=2s")
        .with("training.attempts=1", "run.directory=\"faulty:" + folder.resolve(name) + "\"")
        .with(more);
  }

  private ToyWorkload paced() {
    return ToyWorkload.sound(0.9).with(InjectedFailure.Kind.PACED, 1, STOP_AT, folder);
  }

  /** Lets the calls of a thread fail, once 10 steps have been published. */
  private RunListener afterTheFirst(String thread, Way way, Extent extent) {
    return new RunListener() {
      @Override
      public void checkpointPublished(String path, long step) {
        if (step == 10) {
          plan.count(call -> Thread.currentThread().getName().matches(thread));
          plan.fail(1, way, extent);
        }
      }
    };
  }

  @ParameterizedTest
  @CsvSource({
    "collective,palimpsest-checkpoint-\\d+,OUT_OF_MEMORY",
    "collective,palimpsest-checkpoint-watcher,NO_CLASS",
    "spark,palimpsest-checkpoint,NO_CLASS",
    "spark,palimpsest-storage,OUT_OF_MEMORY"
  })
  void endTheRunAtOnce(String transport, String thread, Way way) {
    Recipe recipe = faulty("failing", "training.transport=" + transport);
    List<Long> seen = Collections.synchronizedList(new ArrayList<>());
    RunListener listener =
        RunListener.all(
            List.of(
                afterTheFirst(thread, way, Extent.FROM_THEN_ON),
                new RunListener() {
                  @Override
                  public void progress(Progress progress) {
                    seen.add(progress.step());
                  }
                }));

    assertThatThrownBy(() -> train(recipe, paced(), listener))
        .satisfies(e -> assertThat(trace(e)).contains("injected"));

    plan.count(call -> true);
    plan.repair();
    assertThat(seen.stream().mapToLong(step -> step).max().orElse(0))
        .as("last step")
        .isLessThan(400);
    assertThat(newestStep(recipe)).isGreaterThanOrEqualTo(10);
    resumes(recipe);
  }

  @ParameterizedTest
  @Tag("torture")
  @CsvSource({
    "collective,palimpsest-checkpoint-\\d+,NO_CLASS",
    "collective,palimpsest-checkpoint-watcher,OUT_OF_MEMORY",
    "collective,palimpsest-storage,OUT_OF_MEMORY",
    "spark,palimpsest-checkpoint,OUT_OF_MEMORY"
  })
  void endTheRunAtOnceInEveryThread(String transport, String thread, Way way) {
    endTheRunAtOnce(transport, thread, way);
  }

  private static String trace(Throwable e) {
    StringWriter text = new StringWriter();
    e.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  private long newestStep(Recipe recipe) {
    return checkpoints(recipe).newestValid(w -> {}).map(Checkpoint::step).orElse(0L);
  }

  private void resumes(Recipe recipe) {
    Recipe rest = recipe.with("training.steps=" + (newestStep(recipe) + 5));
    await()
        .atMost(Duration.ofSeconds(30))
        .ignoreException(PalimpsestException.class) // While a lease that was not returned expires.
        .until(() -> train(rest, ToyWorkload.sound(0.9)).ending() == RunResult.Ending.FINISHED);
  }

  @ParameterizedTest
  @EnumSource(names = {"OUT_OF_MEMORY", "NO_CLASS"})
  void doNotEndTheWatchForARequestToStop(Way way) {
    Recipe recipe = faulty("stopped", "training.steps=4000", "checkpoint.every=4000");
    plan.count(call -> Thread.currentThread().getName().equals("palimpsest-stop"));
    plan.fail(1, way, Extent.ONCE);
    Run<?> run = Run.of(recipe, spark, paced(), Map.of(), RunListener.none());
    ToyWorkload.HOOK.set(
        () -> {
          await().atMost(Duration.ofSeconds(10)).until(() -> !plan.calls().isEmpty());
          StoredFolder checkpoints =
              new StoredFolder(recipe.checkpointPath(), spark.sparkContext().hadoopConfiguration());
          StopFile.request(
              checkpoints,
              Lease.held(recipe.checkpointPath(), spark.sparkContext().hadoopConfiguration())
                  .orElseThrow());
        });

    assertThat(run.train().ending()).isEqualTo(RunResult.Ending.STOPPED);
  }

  @ParameterizedTest
  @EnumSource(names = {"OUT_OF_MEMORY", "NO_CLASS"})
  void doNotEndTheRenewalsOfALease(Way way) throws Exception {
    Recipe recipe = faulty("renewed");
    try (Lease lease =
        Lease.take(
            recipe.checkpointPath(),
            spark.sparkContext().hadoopConfiguration(),
            Duration.ofSeconds(2),
            Deadline.ofCheckpoints(Duration.ofMinutes(1)))) {
      plan.fail(1, way, Extent.ONCE);
      await().atMost(Duration.ofSeconds(5)).until(() -> plan.calls().size() > 1);
      lease.check();
    }
  }
}
