package org.palimpsest.tasks.denoising;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.palimpsest.evaluation.inference.TrainedModel;
import org.palimpsest.model.Device;
import org.palimpsest.model.DropoutKey;
import org.palimpsest.model.LossSum;
import org.palimpsest.model.Replica;
import org.palimpsest.model.Trainable;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.training.SparkExtension;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.checkpoint.Checkpoints;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.event.RunListener;
import org.palimpsest.training.workload.TaskPlacement;

/**
 * Pre-training of models that transformers 5.24 made has the losses that transformers has on the
 * same batches; {@code src/test/python/continued.py} recorded them.
 */
@ExtendWith(SparkExtension.class)
@Tag("spark")
class ContinuedTrainingTest {
  private static final Path MODELS = Path.of("src/test/resources/continued").toAbsolutePath();

  @TempDir Path folder;

  private final SparkSession spark;

  ContinuedTrainingTest(SparkSession spark) {
    this.spark = spark;
  }

  @ParameterizedTest
  @ValueSource(strings = {"bart", "t5"})
  void theLossesOfFiftyStepsAreThoseOfTransformers(String name) throws IOException {
    Pretraining run = ContinuedRuns.open(ContinuedRuns.recipe(MODELS, name, folder), spark);
    JsonNode recorded = new ObjectMapper().readTree(MODELS.resolve("losses.json").toFile());
    List<Double> expected = new ArrayList<>();
    recorded.path(name).forEach(loss -> expected.add(loss.doubleValue()));

    List<Double> losses = trained(run).losses();

    assertThat(losses).hasSize(ContinuedRuns.STEPS).hasSameSizeAs(expected);
    for (int step = 0; step < losses.size(); step++) {
      assertThat(losses.get(step))
          .as("loss of step %d", step)
          .isCloseTo(expected.get(step), within(1e-4));
    }
    assertThat(losses.get(losses.size() - 1)).isLessThan(0.8 * losses.get(0));
  }

  /** Parameters whose gradient is only rounding, such as biases of keys, need not be equal. */
  @ParameterizedTest
  @ValueSource(strings = {"bart", "t5"})
  void aRunEndsWithTheSameModel(String name) throws IOException {
    Recipe recipe = ContinuedRuns.recipe(MODELS, name, folder);
    Pretraining run = ContinuedRuns.open(recipe, spark);
    double expected = trained(run).lossAfterwards();
    run.run(RunListener.none()).train();
    var hadoop = spark.sparkContext().hadoopConfiguration();
    Checkpoint last = new Checkpoints(recipe.checkpointPath(), hadoop).newest().orElseThrow();

    assertThat(last.state().step()).isEqualTo(ContinuedRuns.STEPS);
    Batch first = ContinuedRuns.batches(run, spark).get(0);
    try (Replica replica = TrainedModel.of(last, hadoop).replica("torch", Device.CPU, 1)) {
      assertThat(replica.loss(first).mean()).isCloseTo(expected, within(1e-4));
    }
  }

  /**
   * What training gave.
   *
   * @param losses of every step
   * @param lossAfterwards of the first batch
   */
  private record Trained(List<Double> losses, double lossAfterwards) {}

  /** Trains with the replica and the batches of the run, but without its rounds. */
  private Trained trained(Pretraining run) {
    List<Double> losses = new ArrayList<>();
    try (Trainable<Batch> replica = run.workload().replica(new TaskPlacement(0, 1, Device.CPU))) {
      List<Batch> batches = ContinuedRuns.batches(run, spark);
      for (Batch batch : batches) {
        replica.zeroGradients();
        LossSum sum = replica.backward(batch, new DropoutKey(0, losses.size(), 0, 0));
        replica.scaleGradients(1 / sum.weight());
        replica.scaleGradients(Math.min(1, 1 / replica.gradientNorm()));
        replica.update(1e-3);
        losses.add(sum.mean());
      }
      return new Trained(losses, replica.loss(batches.get(0)).mean());
    }
  }
}
