package org.palimpsest.training.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.training.ToyRuns;
import org.palimpsest.training.ToyWorkload;
import org.palimpsest.training.ToyWorkload.InjectedFailure;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.event.RunListener;
import org.palimpsest.training.event.RunResult;

@Tag("spark")
class RunTest extends ToyRunCase {
  RunTest(SparkSession spark) {
    super(spark);
  }

  private static float[] joint(double momentum, int steps) {
    return ToyRuns.joint(momentum, steps);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void gradientsOfAnyNumberOfWorkersEqualTheJointBatch(int workers) {
    Recipe recipe = recipe("gradients-" + workers, "training.workers=" + workers);
    RunResult result = train(recipe, ToyWorkload.sound(0.9));
    assertThat(result.ending()).isEqualTo(RunResult.Ending.FINISHED);
    assertThat(result.step()).isEqualTo(20);
    assertThat(parameters(recipe)).containsExactly(joint(0.9, 20), within(1e-5f));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void averagingEveryStepWithoutMomentumEqualsTheJointBatch(int workers) {
    Recipe recipe =
        recipe(
            "average-" + workers, "training.workers=" + workers, "training.aggregate=parameters");
    List<String> warnings = new ArrayList<>();
    train(recipe, ToyWorkload.sound(0), ToyRuns.warnings(warnings));
    assertThat(parameters(recipe)).containsExactly(joint(0, 20), within(1e-5f));
    assertThat(warnings).as("replicas that differ").isEmpty();
  }

  @Test
  void countsTokensAndSteps() {
    Recipe recipe = recipe("counted", "training.workers=2");
    RunResult result = train(recipe, ToyWorkload.sound(0));
    // 120 points with weights 1, 2, 3, 4 in turn.
    assertThat(result.targetTokens()).isEqualTo(300);
    assertThat(result.rawTokens()).isEqualTo(1200);
    assertThat(result.skippedSteps()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"gradients", "parameters"})
  void resumedRunEndsWithTheSameBytes(String aggregate) {
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
  void resumesTheVelocityOfTheOuterOptimizer() {
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
  void resumesWithAnotherNumberOfWorkers() {
    Recipe recipe = recipe("workers");
    train(recipe.with("training.steps=10", "training.workers=2"), ToyWorkload.sound(0.9));
    train(recipe.with("training.workers=3"), ToyWorkload.sound(0.9));
    assertThat(parameters(recipe)).containsExactly(joint(0.9, 20), within(1e-5f));
  }

  @Test
  void stopsAtACheckpointAtTheTimeLimit() {
    Recipe recipe = recipe("limit", "training.workers=2", "training.time-limit=100ms");
    ToyWorkload slow = ToyWorkload.sound(0.9).with(InjectedFailure.Kind.SLEEPS, 1, 4, folder);
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
  void refusesChangedSettingsAndData() {
    Recipe recipe = recipe("changed");
    train(recipe.with("training.steps=10"), ToyWorkload.sound(0));
    assertThatThrownBy(() -> train(recipe.with("schedule.peak=0.2"), ToyWorkload.sound(0)))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith("schedule.peak was 0.1 when the run of ")
        .hasMessageContaining(" started and is 0.2 now: set it back, or start another run")
        .hasMessageContaining("training.steps, training.time-limit");
    assertThatThrownBy(
            () ->
                train(
                    recipe,
                    new ToyWorkload(
                        0, new InjectedFailure(InjectedFailure.Kind.NONE, 0, 0), "", "other")))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("started with another corpus or tokenizer");
  }

  @Test
  void resumesWithRecordedValuesOfUnsetKeys() {
    Recipe first = recipe("first", "training.workers=2", "schedule.floor=0.01");
    train(first.with("training.steps=10"), ToyWorkload.sound(0.9));
    Recipe second =
        Recipe.defaults().with("run.directory=\"" + first.directory() + "\"", "training.steps=20");
    RunResult result = train(second, ToyWorkload.sound(0.9));
    assertThat(result.step()).isEqualTo(20);
    assertThat(parameters(first)).containsExactly(joint(0.9, 20), within(1e-5f));
    assertThat(checkpoints(first).newest().orElseThrow().state().workerCount()).isEqualTo(2);
  }

  @Test
  void trainFromScratchIgnoresRecordedValues() {
    Recipe first = recipe("over", "training.workers=2", "training.steps=10");
    train(first, ToyWorkload.sound(0.9));
    Recipe other =
        Recipe.defaults()
            .with(
                "run.directory=\"" + first.directory() + "\"",
                "training.steps=5",
                "schedule.warm-up-steps=2");
    Run.of(other, spark, ToyWorkload.sound(0.9), Map.of(), RunListener.none()).trainFromScratch();
    assertThat(checkpoints(first).newest().orElseThrow().text(Checkpoint.RECIPE))
        .contains("workers=1")
        .contains("kind=cosine");
  }

  @Test
  void notifiesListeners() throws IOException {
    List<String> events = Collections.synchronizedList(new ArrayList<>());
    Recipe recipe =
        recipe(
            "events",
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
            events.add("segment " + start.firstStep() + "-" + start.lastStep());
          }

          @Override
          public void checkpointPublished(String path, long step) {
            events.add("checkpoint " + step);
          }

          @Override
          public void finished(RunResult result) {
            events.add("finished " + result.step());
            throw new IllegalStateException("a listener that fails");
          }
        });
    assertThat(events)
        .containsExactly("segment 0-20", "checkpoint 10", "checkpoint 20", "finished 20");
    assertThat(checkpoints(recipe).names()).hasSize(1);
    List<String> lines = Files.readAllLines(folder.resolve("events/metrics.jsonl"));
    assertThat(lines.get(0)).startsWith("{\"step\":1,\"loss\":");
    assertThat(lines.get(lines.size() - 1))
        .startsWith("{\"step\":20,\"loss\":")
        .doesNotContain("\"bytesExchanged\":0,");
  }
}
