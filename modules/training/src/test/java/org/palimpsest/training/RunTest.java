package org.palimpsest.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.palimpsest.objective.PalimpsestException;
import org.palimpsest.objective.PalimpsestException.Kind;
import org.palimpsest.training.ToyWorkload.Mischief;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.checkpoint.Checkpoints;

@ExtendWith(SparkExtension.class)
class RunTest {
  @TempDir Path folder;

  private final SparkSession spark;

  RunTest(SparkSession spark) {
    this.spark = spark;
  }

  private ToyRuns runs() {
    return new ToyRuns(spark, folder);
  }

  private Recipe recipe(String name, String... more) {
    return runs().recipe(name, more);
  }

  private RunResult train(Recipe recipe, ToyWorkload workload) {
    return runs().train(recipe, workload);
  }

  private RunResult train(Recipe recipe, ToyWorkload workload, RunListener listener) {
    return runs().train(recipe, workload, listener);
  }

  private Checkpoints checkpoints(Recipe recipe) {
    return runs().checkpoints(recipe);
  }

  private float[] parameters(Recipe recipe) {
    return runs().parameters(recipe);
  }

  private static float[] joined(double momentum, int steps) {
    return ToyRuns.joined(momentum, steps);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void gradientsOfAnyNumberOfWorkersAreThoseOfTheJoinedBatch(int workers) {
    Recipe recipe = recipe("gradients-" + workers, "training.workers=" + workers);
    RunResult result = train(recipe, ToyWorkload.sound(0.9));
    assertThat(result.ending()).isEqualTo(RunResult.Ending.FINISHED);
    assertThat(result.step()).isEqualTo(20);
    assertThat(parameters(recipe)).containsExactly(joined(0.9, 20), within(1e-5f));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void averagingEveryStepWithoutMomentumEqualsTheJoinedBatch(int workers) {
    Recipe recipe =
        recipe(
            "average-" + workers, "training.workers=" + workers, "training.aggregate=parameters");
    List<String> warnings = new ArrayList<>();
    train(
        recipe,
        ToyWorkload.sound(0),
        new RunListener() {
          @Override
          public void warning(String sentence) {
            warnings.add(sentence);
          }
        });
    assertThat(parameters(recipe)).containsExactly(joined(0, 20), within(1e-5f));
    assertThat(warnings).as("replicas that differ").isEmpty();
  }

  @Test
  void tokensAndStepsAreCounted() {
    Recipe recipe = recipe("counted", "training.workers=2");
    RunResult result = train(recipe, ToyWorkload.sound(0));
    // 120 points with weights 1, 2, 3, 4 in turn.
    assertThat(result.targetTokens()).isEqualTo(300);
    assertThat(result.rawTokens()).isEqualTo(1200);
    assertThat(result.skippedSteps()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"gradients", "parameters"})
  void aRunThatWasInterruptedEndsWithTheSameBytes(String aggregate) {
    String[] settings = {
      "training.workers=2",
      "training.aggregate=" + aggregate,
      "training.inner-steps=" + (aggregate.equals("gradients") ? 1 : 5)
    };
    Recipe whole = recipe("whole", settings);
    Recipe twice = recipe("twice", settings);
    train(whole, ToyWorkload.sound(0.9));
    train(twice.with("training.steps=10"), ToyWorkload.sound(0.9));
    train(twice, ToyWorkload.sound(0.9));
    assertThat(parameters(twice)).containsExactly(parameters(whole));
  }

  @Test
  void theOuterOptimizersVelocityOutlivesAnInterruption() {
    String[] settings = {
      "training.workers=2",
      "training.aggregate=parameters",
      "training.inner-steps=2",
      "training.outer.learning-rate=0.7",
      "training.outer.momentum=0.9",
      "training.outer.nesterov=true"
    };
    Recipe whole = recipe("whole", settings);
    Recipe twice = recipe("twice", settings);
    train(whole, ToyWorkload.sound(0.5));
    train(twice.with("training.steps=10"), ToyWorkload.sound(0.5));
    train(twice, ToyWorkload.sound(0.5));
    assertThat(parameters(twice)).containsExactly(parameters(whole));
  }

  @Test
  void aRunGoesOnWithAnotherNumberOfWorkers() {
    Recipe recipe = recipe("workers");
    train(recipe.with("training.steps=10", "training.workers=2"), ToyWorkload.sound(0.9));
    train(recipe.with("training.workers=3"), ToyWorkload.sound(0.9));
    assertThat(parameters(recipe)).containsExactly(joined(0.9, 20), within(1e-5f));
  }

  @Test
  void aWorkerThatThrowsIsTriedAgainFromTheCheckpoint() {
    Recipe calm = recipe("calm", "training.workers=2");
    Recipe recipe = recipe("fault", "training.workers=2", "checkpoint.every=10");
    List<String> warnings = Collections.synchronizedList(new ArrayList<>());
    train(calm, ToyWorkload.sound(0.9));
    train(
        recipe,
        ToyWorkload.sound(0.9).with(Mischief.Kind.THROWS_ONCE, 1, 13, folder),
        new RunListener() {
          @Override
          public void warning(String sentence) {
            warnings.add(sentence);
          }
        });
    assertThat(parameters(recipe)).containsExactly(parameters(calm));
    assertThat(warnings)
        .singleElement()
        .asString()
        .startsWith("Worker 1 failed: java.lang.IllegalStateException: injected")
        .endsWith("The segment is run again from its checkpoint.");
  }

  @Test
  void aRunThatFailsAgainAndAgainSaysWhyAndLeavesTheSessionUsable() {
    Recipe recipe =
        recipe("broken", "training.workers=2", "training.attempts=2", "checkpoint.every=10");
    ToyWorkload broken = ToyWorkload.sound(0.9).with(Mischief.Kind.THROWS_ALWAYS, 0, 13, folder);
    assertThatThrownBy(() -> train(recipe, broken))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith("A segment of the training failed 2 times: Worker 0 failed:")
        .hasMessageContaining("injected")
        .hasMessageContaining("Run again, it goes on from")
        .hasMessageContaining("step-00000010-");
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    assertThat(context.parallelize(List.of(1, 2, 3), 3).count()).isEqualTo(3);
    assertThat(context.getLocalProperty("spark.jobGroup.id")).isNull();
    RunResult repaired = train(recipe, ToyWorkload.sound(0.9));
    assertThat(repaired.ending()).isEqualTo(RunResult.Ending.FINISHED);
  }

  @Test
  void aWorkerThatStallsIsNamedWhenTheDeadlineIsOver() {
    Recipe recipe =
        recipe("stalled", "training.workers=2", "training.attempts=1", "training.timeout=2s");
    ToyWorkload stalling = ToyWorkload.sound(0.9).with(Mischief.Kind.STALLS, 1, 3, folder);
    assertThatThrownBy(() -> train(recipe, stalling))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("Worker 0 failed: The replicas did not finish a sum within")
        .hasMessageContaining("rank 1 did not come")
        .extracting(e -> ((PalimpsestException) e).kind())
        .isEqualTo(Kind.CLUSTER);
    assertThat(train(recipe.with("training.timeout=20s"), ToyWorkload.sound(0.9)).step())
        .isEqualTo(20);
  }

  @Test
  void tooFewSlotsAreToldBeforeAnythingStarts() {
    Recipe recipe = recipe("slots", "training.workers=4");
    assertThatThrownBy(() -> train(recipe, ToyWorkload.sound(0)))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "training.workers is 4, but Spark has room for 3 tasks at once (spark.task.cpus is 1):"
                + " lower training.workers, or give Spark more cores, such as --master local[4] or"
                + " more executors.")
        .extracting(e -> ((PalimpsestException) e).kind())
        .isEqualTo(Kind.CLUSTER);
    assertThat(folder.resolve("slots")).doesNotExist();
  }

  @Test
  void aDamagedCheckpointIsPassedOver() throws IOException {
    Recipe recipe = recipe("damaged", "checkpoint.every=10");
    train(recipe, ToyWorkload.sound(0.9));
    float[] sound = parameters(recipe);
    flipOneBit(Path.of(checkpoints(recipe).newest().orElseThrow().folder().path().toUri()));
    List<String> warnings = new ArrayList<>();
    List<Long> starts = new ArrayList<>();
    train(
        recipe,
        ToyWorkload.sound(0.9),
        new RunListener() {
          @Override
          public void warning(String sentence) {
            warnings.add(sentence);
          }

          @Override
          public void segmentStarted(SegmentStart start) {
            starts.add(start.firstStep());
          }
        });
    assertThat(warnings)
        .singleElement()
        .asString()
        .contains("parameters.bin is damaged: its size or checksum differs")
        .endsWith("The checkpoint before it is used.");
    assertThat(starts).containsExactly(10L);
    assertThat(checkpoints(recipe).names()).as("the damaged one is gone").hasSize(2);
    assertThat(parameters(recipe)).containsExactly(sound);
  }

  private static void flipOneBit(Path checkpoint) throws IOException {
    try (RandomAccessFile file =
        new RandomAccessFile(checkpoint.resolve(Checkpoint.PARAMETERS).toFile(), "rw")) {
      file.seek(5);
      int value = file.read();
      file.seek(5);
      file.write(value ^ 1);
    }
  }

  @Test
  void aLossThatIsNoNumberEndsTheRunWithTheLastGoodCheckpoint() {
    Recipe recipe =
        recipe(
            "diverged",
            "training.workers=2",
            "training.max-skipped-steps=3",
            "checkpoint.every=10");
    ToyWorkload diverging =
        ToyWorkload.sound(0.9).with(Mischief.Kind.LOSS_IS_NO_NUMBER_FROM, 0, 14, folder);
    assertThatThrownBy(() -> train(recipe, diverging))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith(
            "Training diverged at step 17: the loss was no number for 3 steps in a row; lower"
                + " schedule.peak or optimizer.clip-norm; the last good checkpoint is ")
        .hasMessageContaining("step-00000010-")
        .extracting(e -> ((PalimpsestException) e).kind())
        .isEqualTo(Kind.DIVERGED);
    assertThat(checkpoints(recipe).newest().orElseThrow().step()).isEqualTo(10);
  }

  @Test
  void aTimeLimitEndsTheInvocationAtACheckpoint() {
    Recipe recipe = recipe("limit", "training.workers=2", "training.time-limit=100ms");
    ToyWorkload slow = ToyWorkload.sound(0.9).with(Mischief.Kind.SLEEPS, 1, 4, folder);
    RunResult result = train(recipe, slow);
    assertThat(result.ending()).isEqualTo(RunResult.Ending.TIME_LIMIT);
    assertThat(result.step()).isEqualTo(5);
    RunResult rest = train(recipe.with("training.time-limit=1h"), ToyWorkload.sound(0.9));
    assertThat(rest.ending()).isEqualTo(RunResult.Ending.FINISHED);
    Recipe whole = recipe("whole", "training.workers=2");
    train(whole, ToyWorkload.sound(0.9));
    assertThat(parameters(recipe)).containsExactly(parameters(whole));
  }

  @Test
  void aChangedSettingIsRefusedUnlessItMayChange() {
    Recipe recipe = recipe("changed");
    train(recipe.with("training.steps=10"), ToyWorkload.sound(0));
    assertThatThrownBy(() -> train(recipe.with("schedule.peak=0.2"), ToyWorkload.sound(0)))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith("schedule.peak was 0.1 when the run of ")
        .hasMessageContaining(" began and is 0.2 now: set it back, or begin another run")
        .hasMessageContaining("training.steps, training.time-limit");
    assertThatThrownBy(
            () ->
                train(
                    recipe,
                    new ToyWorkload(0, new Mischief(Mischief.Kind.NONE, 0, 0), "", "other")))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("was begun with another corpus or tokenizer");
  }

  @Test
  void listenersHearOfSegmentsProgressAndCheckpoints() throws IOException {
    List<String> heard = Collections.synchronizedList(new ArrayList<>());
    Recipe recipe =
        recipe(
            "heard",
            "training.workers=2",
            "training.aggregate=parameters",
            "checkpoint.keep=1",
            "checkpoint.every=10");
    train(
        recipe,
        ToyWorkload.sound(0),
        new RunListener() {
          @Override
          public void segmentStarted(SegmentStart start) {
            heard.add("segment " + start.firstStep() + "-" + start.lastStep());
          }

          @Override
          public void checkpointPublished(String path, long step) {
            heard.add("checkpoint " + step);
          }

          @Override
          public void finished(RunResult result) {
            heard.add("finished " + result.step());
            throw new IllegalStateException("a listener that fails");
          }
        });
    assertThat(heard)
        .containsExactly("segment 0-20", "checkpoint 10", "checkpoint 20", "finished 20");
    assertThat(checkpoints(recipe).names()).hasSize(1);
    List<String> lines = Files.readAllLines(folder.resolve("heard/metrics.jsonl"));
    assertThat(lines.get(0)).startsWith("{\"step\":1,\"loss\":");
    assertThat(lines.get(lines.size() - 1))
        .startsWith("{\"step\":20,\"loss\":")
        .doesNotContain("\"bytesExchanged\":0,");
  }
}
