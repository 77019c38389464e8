package org.palimpsest.training.run;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.SparkSession;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.palimpsest.storage.StoredFile;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.training.ToyRuns;
import org.palimpsest.training.ToyWorkload;
import org.palimpsest.training.ToyWorkload.InjectedFailure;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.event.RunListener;
import org.palimpsest.training.event.RunResult;

/** Runs that are stopped from another thread, by an interrupt, through Spark, or through a file. */
@Tag("spark")
@Timeout(120)
class StopTest extends ToyRunCase {
  private static final int STEPS = 80;
  private static final int STOP_AT = 27;

  StopTest(SparkSession spark) {
    super(spark);
  }

  private Recipe recipeOf(String name, String... more) {
    return recipe(name, "training.workers=2", "training.steps=" + STEPS, "checkpoint.every=1000")
        .with(more);
  }

  private Run<?> run(Recipe recipe, RunListener listener) {
    ToyWorkload paced = ToyWorkload.sound(0.9).with(InjectedFailure.Kind.PACED, 1, STOP_AT, folder);
    return Run.of(recipe, spark, paced, Map.of(), listener);
  }

  private RunResult trainAndStop(Recipe recipe, Runnable stop) {
    ToyWorkload.HOOK.set(stop);
    return run(recipe, RunListener.none()).train();
  }

  private RunResult stopAtTheStep(Recipe recipe) {
    Run<?> run = run(recipe, RunListener.none());
    ToyWorkload.HOOK.set(run::stop);
    return run.train();
  }

  private Checkpoint newest(Recipe recipe) {
    return checkpoints(recipe).newest().orElseThrow();
  }

  /** Checksums of the vectors of the newest checkpoint. */
  private Map<String, String> vectors(Recipe recipe) {
    return newest(recipe).files().values().stream()
        .filter(file -> file.name().endsWith(".bin"))
        .collect(
            toMap(
                file -> file.name().replaceFirst("-\\d+\\.bin", ".bin"),
                StoredFile::sha256,
                String::concat));
  }

  private static String[] keys(String settings) {
    return settings.split(" ");
  }

  @ParameterizedTest
  @Tag("torture")
  @CsvSource({
    "training.aggregate=gradients",
    "training.aggregate=parameters training.inner-steps=20",
    "training.aggregate=parameters training.inner-steps=20 training.compression=int8",
    "training.aggregate=parameters training.inner-steps=20 training.synchronous-steps=10",
    "training.aggregate=parameters training.inner-steps=20 training.transport=spark"
  })
  void resumesToTheBitInEveryMode(String settings) {
    resumesToTheBit(settings);
  }

  @ParameterizedTest
  @CsvSource({
    "training.aggregate=gradients training.compression=int8",
    "training.aggregate=parameters training.inner-steps=20 training.outer.learning-rate=0.7"
        + " training.outer.momentum=0.9",
    "training.aggregate=parameters training.inner-steps=20 training.workers=1",
    "training.aggregate=parameters training.inner-steps=5 training.transport=spark"
        + " training.compression=int8"
  })
  void resumesToTheBit(String settings) {
    Recipe undisturbed = recipeOf("undisturbed", keys(settings));
    Recipe stopped =
        recipeOf("stopped", keys(settings))
            .with(settings.contains("workers=1") ? "checkpoint.every=1000" : "training.workers=2");
    ToyWorkload sound = ToyWorkload.sound(0.9);
    train(undisturbed, sound);

    RunResult result =
        settings.contains("workers=1") ? stopOnlyWorker(stopped) : stopAtTheStep(stopped);
    RunResult rest = train(stopped, sound);

    assertThat(result.ending()).isEqualTo(RunResult.Ending.STOPPED);
    assertThat(result.step()).isBetween(1L, STEPS - 1L);
    assertThat(rest.ending()).isEqualTo(RunResult.Ending.FINISHED);
    assertThat(parameters(stopped)).containsExactly(parameters(undisturbed));
    assertThat(vectors(stopped)).isEqualTo(vectors(undisturbed));
    assertThat(newest(stopped).state().targetTokens())
        .isEqualTo(newest(undisturbed).state().targetTokens());
    assertThat(newest(stopped).state().rawTokens())
        .isEqualTo(newest(undisturbed).state().rawTokens());
  }

  private RunResult stopOnlyWorker(Recipe recipe) {
    ToyWorkload paced = ToyWorkload.sound(0.9).with(InjectedFailure.Kind.PACED, 0, STOP_AT, folder);
    Run<?> run = Run.of(recipe, spark, paced, Map.of(), RunListener.none());
    ToyWorkload.HOOK.set(run::stop);
    return run.train();
  }

  @Test
  void stopsAllWorkersAfterTheSameStepWithinARound() {
    Recipe recipe = recipeOf("round", "training.aggregate=parameters", "training.inner-steps=50");

    RunResult result = stopAtTheStep(recipe);

    assertThat(result.step()).isBetween((long) STOP_AT, STOP_AT + 20L);
    assertThat(newest(recipe).state().isWithinRound()).isTrue();
    assertThat(newest(recipe).state().roundStart()).isZero();
    assertThat(newest(recipe).files()).containsKeys("parameters.bin", "parameters-00001.bin");
  }

  @Test
  void anotherNumberOfWorkersContinuesFromTheMean() {
    Recipe recipe = recipeOf("workers", "training.aggregate=parameters", "training.inner-steps=50");
    stopAtTheStep(recipe);

    RunResult rest = train(recipe.with("training.workers=3"), ToyWorkload.sound(0.9));

    assertThat(rest.ending()).isEqualTo(RunResult.Ending.FINISHED);
    assertThat(parameters(recipe)).doesNotContain(Float.NaN);
  }

  @ParameterizedTest
  @CsvSource({"collective", "spark"})
  void anInterruptOfTheDriversThreadStops(String transport) {
    Recipe recipe =
        recipeOf(
            "interrupt",
            "training.aggregate=parameters",
            "training.inner-steps=5",
            "training.transport=" + transport);
    Thread driver = Thread.currentThread();

    RunResult result = trainAndStop(recipe, driver::interrupt);

    assertThat(result.ending()).isEqualTo(RunResult.Ending.STOPPED);
    assertThat(result.step()).isGreaterThanOrEqualTo(20);
    assertThat(Thread.interrupted()).as("the interrupt is handled").isFalse();
  }

  @ParameterizedTest
  @CsvSource({"collective", "spark"})
  void aCancellationThroughSparkStops(String transport) {
    Recipe recipe =
        recipeOf(
            "cancel",
            "training.aggregate=parameters",
            "training.inner-steps=5",
            "training.transport=" + transport);

    RunResult result = trainAndStop(recipe, () -> spark.sparkContext().cancelAllJobs());

    assertThat(result.ending()).isEqualTo(RunResult.Ending.STOPPED);
    assertThat(result.step()).isGreaterThanOrEqualTo(20);
  }

  @Test
  void aFileBesideTheCheckpointsStops() {
    Recipe recipe = recipeOf("file", "training.steps=100000");
    StoredFolder requests =
        new StoredFolder(recipe.checkpointPath(), spark.sparkContext().hadoopConfiguration());

    RunResult result = trainAndStop(recipe, () -> StopFile.request(requests, 1));

    assertThat(result.ending()).isEqualTo(RunResult.Ending.STOPPED);
    assertThat(requests.files()).noneMatch(file -> file.getPath().getName().startsWith("stop-"));
  }

  @Test
  void aRequestForAnEarlierLeaseHasNoEffect() {
    Recipe recipe = recipeOf("stale", "training.steps=30");
    train(recipe.with("training.steps=10"), ToyWorkload.sound(0.9));
    StopFile.request(
        new StoredFolder(recipe.checkpointPath(), spark.sparkContext().hadoopConfiguration()), 1);

    RunResult result = trainAndStop(recipe, () -> {});

    assertThat(result.ending()).isEqualTo(RunResult.Ending.FINISHED);
  }

  @Test
  void aWorkerThatDoesNotEndItsStepIsCancelledInTime() {
    Recipe recipe =
        recipeOf(
            "stalled", "training.stop-timeout=2s", "checkpoint.every=5", "training.timeout=50s");
    List<String> warnings = Collections.synchronizedList(new ArrayList<>());
    ToyWorkload stalling = ToyWorkload.sound(0.9).with(InjectedFailure.Kind.STALLS, 1, 13, folder);
    Run<?> run = Run.of(recipe, spark, stalling, Map.of(), ToyRuns.warnings(warnings));
    CompletableFuture<RunResult> training = CompletableFuture.supplyAsync(run::train);
    Awaitility.await()
        .until(() -> checkpoints(recipe).newest().filter(c -> c.step() == 10).isPresent());
    long start = System.nanoTime();

    run.stop();
    RunResult result = training.orTimeout(60, TimeUnit.SECONDS).join();

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(12));
    assertThat(result.ending()).isEqualTo(RunResult.Ending.STOPPED);
    assertThat(result.step()).isEqualTo(10);
    assertThat(warnings)
        .singleElement()
        .asString()
        .startsWith(
            "The workers did not save their state within 2 s (training.stop-timeout): the next run"
                + " continues from ")
        .contains("step-00000010-");
    assertThat(train(recipe, ToyWorkload.sound(0.9)).ending())
        .as("the session trains again")
        .isEqualTo(RunResult.Ending.FINISHED);
  }

  @Test
  void aStopBeforeTheFirstSegmentLeavesNoCheckpoint() {
    Recipe recipe = recipeOf("early");
    Thread.currentThread().interrupt();

    RunResult result = train(recipe, ToyWorkload.sound(0.9));

    assertThat(result.ending()).isEqualTo(RunResult.Ending.STOPPED);
    assertThat(result.checkpoint()).isEmpty();
    assertThat(checkpoints(recipe).names()).isEmpty();
  }

  @Test
  void aStopDuringAnEvaluationCancelsIt() {
    Recipe recipe = recipeOf("evaluation", "evaluation.every=10");
    CompletableFuture<Void> evaluating = new CompletableFuture<>();
    Run<?> run =
        Run.of(recipe, spark, ToyWorkload.sound(0.9), Map.of(), RunListener.none())
            .evaluatedBy(
                checkpoint -> {
                  evaluating.complete(null);
                  return sleepInAJob();
                });
    CompletableFuture<RunResult> training = CompletableFuture.supplyAsync(run::train);
    evaluating.orTimeout(60, TimeUnit.SECONDS).join();

    run.stop();
    RunResult result = training.orTimeout(20, TimeUnit.SECONDS).join();

    assertThat(result.ending()).isEqualTo(RunResult.Ending.STOPPED);
    assertThat(result.step()).isEqualTo(10);
  }

  private double sleepInAJob() {
    return spark
        .range(1)
        .javaRDD()
        .map(
            number -> {
              Thread.sleep(60_000);
              return 1.0;
            })
        .first();
  }

  @Test
  void withoutATrainingAStopHasNoEffect() {
    Recipe recipe = recipeOf("idle", "training.steps=10");
    Run<?> run = run(recipe, RunListener.none());
    run.stop();

    assertThat(run.train().ending()).isEqualTo(RunResult.Ending.FINISHED);
  }
}
