package org.palimpsest.training.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.training.SparkExtension;
import org.palimpsest.training.ToyRuns;
import org.palimpsest.training.ToyWorkload;
import org.palimpsest.training.ToyWorkload.InjectedFailure;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.event.RunResult;

/** Rounds as Spark jobs, compared with rounds over the collective and with a single worker. */
@ExtendWith(SparkExtension.class)
@Tag("spark")
class SparkTransportTest {
  @TempDir Path folder;

  private final SparkSession spark;
  private ToyRuns runs;

  SparkTransportTest(SparkSession spark) {
    this.spark = spark;
  }

  private ToyRuns runs() {
    runs = runs == null ? new ToyRuns(spark, folder) : runs;
    return runs;
  }

  private Recipe recipe(String name, String... more) {
    return runs()
        .recipe(name, "training.workers=2", "training.aggregate=parameters")
        .with("training.transport=spark")
        .with(more);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void averagingEveryStepWithoutMomentumEqualsTheJointBatch(int workers) {
    Recipe recipe = recipe("average-" + workers, "training.workers=" + workers);
    RunResult result = runs().train(recipe, ToyWorkload.sound(0));
    assertThat(result.step()).isEqualTo(20);
    assertThat(result.targetTokens()).isEqualTo(300);
    assertThat(runs().parameters(recipe)).containsExactly(ToyRuns.joint(0, 20), within(1e-5f));
  }

  /** Momentum that is reset after every step has no effect. */
  @Test
  void resetsInnerStateEveryRound() {
    Recipe recipe = recipe("reset", "training.inner-state=reset");
    runs().train(recipe, ToyWorkload.sound(0.9));
    assertThat(runs().parameters(recipe)).containsExactly(ToyRuns.joint(0, 20), within(1e-5f));
  }

  /** The order of two addends does not matter, so two workers give the same bytes. */
  @ParameterizedTest
  @CsvSource({"1.0,0.0,false", "0.7,0.9,true", "1.0,0.5,false"})
  void carriedStateGivesTheSameBytesAsTheCollective(
      double learningRate, double momentum, boolean nesterov) {
    String[] outer = {
      "training.inner-steps=5",
      "training.outer.learning-rate=" + learningRate,
      "training.outer.momentum=" + momentum,
      "training.outer.nesterov=" + nesterov
    };
    Recipe jobs = recipe("jobs", outer);
    Recipe sockets = recipe("sockets", outer).with("training.transport=collective");
    runs().train(jobs, ToyWorkload.sound(0.9));
    runs().train(sockets, ToyWorkload.sound(0.9));
    assertThat(runs().parameters(jobs)).containsExactly(runs().parameters(sockets));
  }

  @ParameterizedTest
  @CsvSource({"reset,none", "average,none", "carried,none", "carried,int8", "average,bf16"})
  void resumedRunEndsWithTheSameBytes(String innerState, String compression) {
    String[] settings = {
      "training.inner-steps=3",
      "training.inner-state=" + innerState,
      "training.compression=" + compression,
      "training.outer.learning-rate=0.7",
      "training.outer.momentum=0.9",
      "training.outer.nesterov=true",
      "checkpoint.every=4"
    };
    Recipe whole = recipe("whole", settings);
    Recipe twice = recipe("twice", settings);
    runs().train(whole, ToyWorkload.sound(0.5));
    runs().train(twice.with("training.steps=9"), ToyWorkload.sound(0.5));
    runs().train(twice, ToyWorkload.sound(0.5));
    assertThat(runs().parameters(twice)).containsExactly(runs().parameters(whole));
    assertThat(runs().checkpoints(whole).names())
        .as("checkpoints without the files of rounds")
        .hasSize(2);
  }

  @Test
  void resumesWithTheOtherTransport() {
    Recipe recipe = recipe("both", "training.inner-steps=5");
    Recipe whole = recipe("whole", "training.inner-steps=5");
    runs().train(recipe.with("training.steps=5"), ToyWorkload.sound(0.9));
    runs()
        .train(
            recipe.with("training.steps=10", "training.transport=collective"),
            ToyWorkload.sound(0.9));
    runs().train(recipe, ToyWorkload.sound(0.9));
    runs().train(whole, ToyWorkload.sound(0.9));
    assertThat(runs().parameters(recipe)).containsExactly(runs().parameters(whole));
  }

  @Test
  void countsBytes() {
    RunResult result =
        runs()
            .train(
                recipe("counted", "training.inner-steps=10", "training.inner-state=reset"),
                ToyWorkload.sound(0));
    // Two rounds; each: four numbers to each of two workers, back from each, and to the driver.
    assertThat(result.bytesExchanged()).isEqualTo(2 * (2 + 2 + 1) * 4 * Float.BYTES);
  }

  @Test
  void retriesAFailedTaskFromTheCheckpoint() {
    Recipe reference = recipe("reference", "training.inner-steps=2");
    Recipe recipe = recipe("fault", "training.inner-steps=2", "checkpoint.every=10");
    List<String> warnings = Collections.synchronizedList(new ArrayList<>());
    runs().train(reference, ToyWorkload.sound(0.9));
    runs()
        .train(
            recipe,
            ToyWorkload.sound(0.9).with(InjectedFailure.Kind.THROWS_ONCE, 1, 13, folder),
            ToyRuns.warnings(warnings));
    assertThat(runs().parameters(recipe)).containsExactly(runs().parameters(reference));
    assertThat(warnings)
        .singleElement()
        .asString()
        .startsWith("Worker 1 failed: java.lang.IllegalStateException: injected")
        .endsWith("The segment starts again from the newest checkpoint.");
  }

  @Test
  void namesALateWorker() {
    Recipe recipe = recipe("stalled", "training.attempts=1", "training.timeout=2s");
    ToyWorkload stalling = ToyWorkload.sound(0.9).with(InjectedFailure.Kind.STALLS, 1, 3, folder);
    assertThatThrownBy(() -> runs().train(recipe, stalling))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining(
            "Worker 1 did not finish a round within 2 s after the first one: see the log");
    assertThat(runs().train(recipe, ToyWorkload.sound(0.9)).step()).isEqualTo(20);
  }

  @Test
  void describesJobsByRound() {
    List<String> descriptions = Collections.synchronizedList(new ArrayList<>());
    SparkListener listener =
        new SparkListener() {
          @Override
          public void onJobStart(SparkListenerJobStart start) {
            descriptions.add(start.properties().getProperty("spark.job.description"));
          }
        };
    spark.sparkContext().addSparkListener(listener);
    try {
      runs()
          .train(
              recipe("described", "training.inner-steps=8", "checkpoint.every=16"),
              ToyWorkload.sound(0));
      await()
          .untilAsserted(
              () ->
                  assertThat(descriptions)
                      .contains(
                          "training, steps 0 to 20, round of steps 0 to 8",
                          "training, steps 0 to 20, round of steps 8 to 16",
                          "training, steps 0 to 20, round of steps 16 to 20"));
    } finally {
      spark.sparkContext().removeSparkListener(listener);
    }
    assertThat(spark.sparkContext().getLocalProperty("spark.job.description")).isNull();
  }

  @Test
  void refusesGradientsWithTheSparkTransport() {
    assertThatThrownBy(() -> RunPlan.of(recipe("no", "training.aggregate=gradients")))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith("training.transport = spark exchanges once per job");
  }
}
