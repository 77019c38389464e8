package org.palimpsest.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.palimpsest.model.Device;
import org.palimpsest.model.DropoutKey;
import org.palimpsest.model.LossSum;
import org.palimpsest.model.ReplicaOptions;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.model.contract.Examples;
import org.palimpsest.model.contract.Specs;
import org.palimpsest.model.optimizer.OptimizerSpec;
import org.palimpsest.model.spec.DropoutRates;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.torch.memory.Execution;
import org.palimpsest.torch.memory.Transfers;

/** Each read of a tensor by the host waits for a GPU, so a step makes one. */
class StepTransfersTest {
  private static final OptimizerSpec.AdamW ADAM = new OptimizerSpec.AdamW(0.9, 0.98, 1e-8, 0.01);

  static Stream<Arguments> steps() {
    List<OptimizerSpec> optimizers =
        List.of(
            new OptimizerSpec.Sgd(),
            ADAM,
            new OptimizerSpec.RmsAdamW(0.9, 0.98, 1e-6, 0.1, 1e-3),
            new OptimizerSpec.Adafactor(0.8, 1e-30, 1e-3, 1.0, 0.01),
            new OptimizerSpec.Muon(0.95, 0.2, 5, ADAM));
    return Stream.of("bart", "t5")
        .flatMap(model -> optimizers.stream().map(each -> Arguments.of(model, each)));
  }

  @ParameterizedTest
  @MethodSource("steps")
  void aStepOfTwoMicroBatchesReadsTheDeviceOnce(String model, OptimizerSpec optimizer) {
    try (TorchReplica replica = replica(model, optimizer)) {
      List<Batch> microBatches =
          List.of(
              Examples.batch(replica.spec(), new Random(1), 3),
              Examples.weighted(Examples.batch(replica.spec(), new Random(2), 4)));
      step(replica, microBatches, 0);
      long before = replica.transfers().reads();
      step(replica, microBatches, 1);
      assertThat(replica.transfers().reads() - before).as("reads of a step").isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bart", "t5"})
  void eachMicroBatchIsOneUploadOfItsNumbers(String model) {
    try (TorchReplica replica = replica(model, ADAM)) {
      List<Batch> microBatches =
          List.of(
              Examples.even(replica.spec(), new Random(1), 3, 16, 8),
              Examples.weighted(Examples.batch(replica.spec(), new Random(2), 4)));
      Transfers transfers = replica.transfers();
      step(replica, microBatches.subList(0, 1), 0);
      long uploads = transfers.uploads();
      long bytes = transfers.uploadedBytes();
      step(replica, microBatches.subList(0, 1), 1);
      assertThat(transfers.uploads() - uploads).as("uploads of one micro-batch").isEqualTo(1);
      // Tokens, positions, rows that count, their target tokens: at most four numbers a row.
      assertThat(transfers.uploadedBytes() - bytes)
          .as("bytes of one micro-batch")
          .isLessThanOrEqualTo(4L * (2 * 3 * 16 + 4 * 3 * 8 + 2 * 3));
      uploads = transfers.uploads();
      step(replica, microBatches, 2);
      assertThat(transfers.uploads() - uploads).as("uploads of two micro-batches").isEqualTo(2);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bart", "t5"})
  void aStepOfTheSameShapesMakesNoViewsOfBuffers(String model) {
    try (TorchReplica replica = replica(model, ADAM)) {
      List<Batch> batch = List.of(Examples.even(replica.spec(), new Random(1), 3, 16, 8));
      step(replica, batch, 0);
      step(replica, batch, 1); // buffers that grew in the first step lost their views
      long before = replica.views();
      step(replica, batch, 2);
      assertThat(replica.views() - before).as("new views").isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bart", "t5"})
  void aStepOfTheSameShapesAllocatesNoMemoryForUploads(String model) {
    try (TorchReplica replica = replica(model, ADAM)) {
      List<Batch> microBatches =
          List.of(
              Examples.even(replica.spec(), new Random(1), 3, 16, 8),
              Examples.even(replica.spec(), new Random(2), 3, 16, 8));
      step(replica, microBatches, 0);
      step(replica, microBatches, 1);
      long before = replica.transfers().stagingAllocations();
      assertThat(before).as("allocations so far").isPositive();
      step(replica, microBatches, 2);
      assertThat(replica.transfers().stagingAllocations() - before).as("allocations").isZero();
    }
  }

  private static void step(TorchReplica replica, List<Batch> microBatches, long step) {
    replica.zeroGradients();
    LossSum sum = replica.backward(microBatches, number -> new DropoutKey(1, step, 0, number));
    double norm = replica.gradientNorm() / sum.weight();
    replica.scaleGradients(Math.min(1, 1 / norm) / sum.weight());
    replica.update(1e-3);
  }

  @Test
  void theNormThatWasReadIsForgottenWhenTheGradientsChange() {
    try (TorchReplica replica = replica("bart", ADAM)) {
      replica.backward(
          Examples.batch(replica.spec(), new Random(1), 3), new DropoutKey(1, 0, 0, 0));
      double norm = replica.gradientNorm();
      replica.scaleGradients(0.5);
      assertThat(replica.gradientNorm()).as("norm of the half").isEqualTo(norm / 2);
      replica.gradients().write(0, new float[(int) replica.gradients().size()], 0, 5);
      assertThat(replica.gradientNorm()).as("norm without a part").isLessThan(norm / 2);
      replica.zeroGradients();
      assertThat(replica.gradientNorm()).as("norm of nothing").isZero();
    }
  }

  @Test
  void rmsScalesFollowParametersThatChangeBetweenPassAndUpdate() {
    OptimizerSpec rms = new OptimizerSpec.RmsAdamW(0.9, 0.98, 1e-6, 0.1, 1e-3);
    try (TorchReplica replica = replica("bart", rms);
        TorchReplica other = replica("bart", rms)) {
      Batch batch = Examples.batch(replica.spec(), new Random(1), 3);
      other.parameters().scale(2);
      for (TorchReplica each : List.of(replica, other)) {
        each.backward(batch, new DropoutKey(1, 0, 0, 0));
      }
      replica.parameters().scale(2);
      replica.gradients().write(0, other.gradients().toArray(), 0, (int) other.gradients().size());
      replica.update(0.1);
      other.update(0.1);
      assertThat(replica.parameters().toArray())
          .as("parameters")
          .isEqualTo(other.parameters().toArray());
    }
  }

  private static TorchReplica replica(String model, OptimizerSpec optimizer) {
    ModelSpec spec = Specs.named(model).with(new DropoutRates(0.1, 0.1, 0.1));
    ReplicaOptions options = new ReplicaOptions(Device.CPU, 1, optimizer, 7);
    return new TorchReplica(Natives.loaded(), spec, options, Execution.GPU);
  }
}
