package org.palimpsest.training.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.palimpsest.model.DropoutKey;
import org.palimpsest.training.Census;
import org.palimpsest.training.SparkExtension;
import org.palimpsest.training.ToyReplica;
import org.palimpsest.training.ToyRuns;
import org.palimpsest.training.ToyWorkload;
import org.palimpsest.training.config.Recipe;

/** Whole runs with the collective transport, compared with the same arithmetic in a few lines. */
@ExtendWith(SparkExtension.class)
@Tag("spark")
class AggregationTest {
  private static final float RATE = 0.1f;

  @TempDir Path folder;

  private final SparkSession spark;

  AggregationTest(SparkSession spark) {
    this.spark = spark;
  }

  private ToyRuns runs() {
    return new ToyRuns(spark, folder);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void summedGradientsEqualTheJointBatch(int workers) {
    Recipe recipe = runs().recipe("fifty", "training.workers=" + workers, "training.steps=50");
    runs().train(recipe, ToyWorkload.sound(0));
    float[] joint = ToyRuns.joint(0, 50);
    assertThat(runs().parameters(recipe)).containsExactly(joint, within(1e-5f * largest(joint)));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void averagesOfSingleStepsEqualTheJointBatch(int workers) {
    Recipe recipe =
        runs()
            .recipe("fifty", "training.workers=" + workers, "training.steps=50")
            .with("training.aggregate=parameters");
    runs().train(recipe, ToyWorkload.sound(0));
    float[] joint = ToyRuns.joint(0, 50);
    assertThat(runs().parameters(recipe)).containsExactly(joint, within(1e-5f * largest(joint)));
  }

  private static float largest(float[] values) {
    float largest = 0;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  /**
   * Two workers with rounds of five steps after {@code synchronous} synchronous steps, computed by
   * hand.
   */
  @ParameterizedTest
  @CsvSource({
    "1.0,0.0,false,0",
    "0.7,0.9,true,0",
    "0.5,0.8,false,0",
    "0.7,0.9,true,5",
    "1.0,0.0,false,3"
  })
  void appliesTheOuterOptimizer(
      double learningRate, double momentum, boolean nesterov, int synchronous) {
    Recipe recipe =
        runs()
            .recipe("outer", "training.workers=2", "training.aggregate=parameters")
            .with(
                "training.inner-steps=5",
                "training.synchronous-steps=" + synchronous,
                "training.steps=" + (20 + synchronous),
                "training.outer.learning-rate=" + learningRate,
                "training.outer.momentum=" + momentum,
                "training.outer.nesterov=" + nesterov);
    runs().train(recipe, ToyWorkload.sound(0));
    float[] byHand = byHand(learningRate, momentum, nesterov, synchronous);
    assertThat(runs().parameters(recipe)).containsExactly(byHand, within(1e-5f));
  }

  private static float[] byHand(
      double learningRate, double momentum, boolean nesterov, int synchronous) {
    float[] theta = ToyRuns.joint(0, synchronous);
    double[] velocity = new double[theta.length];
    for (int first = synchronous; first < 20 + synchronous; first += 5) {
      double[] mean = new double[theta.length];
      double total = 0;
      for (int rank = 0; rank < 2; rank++) {
        Local local = alone(theta, first, rank);
        total += local.weight();
        for (int i = 0; i < mean.length; i++) {
          mean[i] += local.weight() * local.end()[i];
        }
      }
      for (int i = 0; i < theta.length; i++) {
        double delta = theta[i] - mean[i] / total;
        velocity[i] = momentum * velocity[i] + delta;
        double step = nesterov ? delta + momentum * velocity[i] : velocity[i];
        theta[i] = (float) (theta[i] - learningRate * step);
      }
    }
    return theta;
  }

  /** The parameters of one worker after a round, and its number of target tokens. */
  private record Local(float[] end, double weight) {}

  private static Local alone(float[] start, int first, int rank) {
    double all = 0;
    try (ToyReplica replica = new ToyReplica(0, key -> {}, start)) {
      for (int step = first; step < first + 5; step++) {
        replica.zeroGradients();
        double weight = 0;
        for (var batch : ToyWorkload.sound(0).input(step, rank, 2).microBatches()) {
          weight += replica.backward(batch, new DropoutKey(0, step, rank, 0)).weight();
        }
        replica.scaleGradients(1 / weight);
        replica.update(RATE);
        all += weight;
      }
      return new Local(replica.parameters().toArray(), all);
    }
  }

  @ParameterizedTest
  @Tag("torture")
  @CsvSource({"gradients,int8", "parameters,bf16"})
  void resumesEveryCompressedExchange(String aggregate, String compression) {
    resumesCompressedExchangesNearTheExactResult(aggregate, compression);
  }

  @ParameterizedTest
  @CsvSource({"gradients,bf16", "parameters,int8"})
  void resumesCompressedExchangesNearTheExactResult(String aggregate, String compression) {
    String[] settings = {
      "training.workers=2",
      "training.aggregate=" + aggregate,
      "training.inner-steps=" + (aggregate.equals("gradients") ? 1 : 4),
      "training.compression=" + compression,
      "checkpoint.every=8"
    };
    Recipe exact = runs().recipe("exact", settings).with("training.compression=none");
    Recipe whole = runs().recipe("whole", settings);
    Recipe twice = runs().recipe("twice", settings);
    List<String> warnings = new ArrayList<>();
    runs().train(exact, ToyWorkload.sound(0.5));
    runs().train(whole, ToyWorkload.sound(0.5), ToyRuns.warnings(warnings));
    runs().train(twice.with("training.steps=8"), ToyWorkload.sound(0.5));
    runs().train(twice, ToyWorkload.sound(0.5));
    assertThat(runs().parameters(twice)).containsExactly(runs().parameters(whole));
    assertThat(runs().parameters(whole)).containsExactly(runs().parameters(exact), within(0.05f));
    assertThat(runs().parameters(whole)).isNotEqualTo(runs().parameters(exact));
    assertThat(warnings).as("replicas that differ").isEmpty();
  }

  /** The examples of a step do not depend on the number of workers. */
  @ParameterizedTest
  @ValueSource(strings = {"gradients", "parameters"})
  void anyNumberOfWorkersConsumesEachExampleOnce(String aggregate) {
    Recipe recipe =
        runs()
            .recipe("census", "training.aggregate=" + aggregate)
            .with("schedule.peak=" + Census.BATCH);
    for (int leg = 1; leg <= 3; leg++) {
      int workers = List.of(2, 3, 1).get(leg - 1);
      runs()
          .train(
              recipe.with("training.workers=" + workers, "training.steps=" + 10 * leg),
              new Census(30, 0));
      float[] once = new float[30 * Census.BATCH];
      Arrays.fill(once, 0, 10 * leg * Census.BATCH, 1);
      assertThat(runs().parameters(recipe)).containsExactly(once, within(1e-4f));
    }
  }

  /** Every worker gets an equal part of the sum of all residuals. */
  @Test
  void resumesResidualsWithAnotherNumberOfWorkers() {
    Recipe recipe =
        runs()
            .recipe("residual", "training.aggregate=parameters", "training.inner-steps=2")
            .with("training.compression=int8", "training.workers=2");
    runs().train(recipe.with("training.steps=10"), ToyWorkload.sound(0));
    runs().train(recipe.with("training.workers=3"), ToyWorkload.sound(0));
    assertThat(runs().parameters(recipe)).containsExactly(ToyRuns.joint(0, 20), within(0.1f));
  }
}
