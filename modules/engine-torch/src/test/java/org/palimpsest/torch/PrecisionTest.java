package org.palimpsest.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.palimpsest.model.Device;
import org.palimpsest.model.DropoutKey;
import org.palimpsest.model.LossSum;
import org.palimpsest.model.Numerics;
import org.palimpsest.model.Precision;
import org.palimpsest.model.Replica;
import org.palimpsest.model.ReplicaOptions;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.model.contract.DecidedModels;
import org.palimpsest.model.contract.Examples;
import org.palimpsest.model.contract.Specs;
import org.palimpsest.model.optimizer.OptimizerSpec;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.torch.memory.Execution;
import org.palimpsest.torch.memory.NativeScope;
import org.palimpsest.torch.memory.Transfers;
import org.palimpsest.torch.memory.Weights;

/**
 * Products of rounded numbers: close to exact ones, deterministic, and good enough for training.
 */
@Tag("slow")
class PrecisionTest {
  private static final Numerics ROUNDED =
      new Numerics(Precision.BF16, 0, 0, Numerics.Activations.KEPT);
  private static final DropoutKey KEY = new DropoutKey(1, 2, 3, 4);

  static List<String> specs() {
    return Specs.names();
  }

  @BeforeEach
  void requiresProcessorSupport() {
    assumeThat(new TorchEngine().supports(Device.CPU, Precision.BF16)).isTrue();
  }

  @ParameterizedTest
  @MethodSource("specs")
  void lossAndGradientsStayCloseToFp32(String name) {
    staysClose(name, Execution.CPU);
  }

  /** With a stream of fp32; {@link ResidualStreamTest} has one of bf16. */
  @ParameterizedTest
  @MethodSource("specs")
  void lossAndGradientsStayCloseToFp32InTheWaysOfAGpu(String name) {
    Execution gpu = Execution.GPU;
    Execution wide =
        new Execution(
            gpu.masks(), gpu.attention(), gpu.chunks(), gpu.uploads(), Execution.Stream.PARAMETERS);
    staysClose(name, wide);
  }

  private static void staysClose(String name, Execution execution) {
    ModelSpec spec = Specs.named(name).withDropout(0.1);
    ParameterLayout layout = ParameterLayout.of(spec);
    Batch batch = Examples.batch(spec, new Random(5), 12);
    NativeScope.run(
        () -> {
          torch.manual_seed(7);
          Tensor parameters = torch.randn(layout.size()).mul_(new Scalar(0.2));
          Tensor exact = torch.zeros_like(parameters);
          Tensor rounded = torch.zeros_like(parameters);
          LossSum truth = run(spec, Numerics.PLAIN, parameters, exact, batch, Execution.CPU);
          LossSum close = run(spec, ROUNDED, parameters, rounded, batch, execution);
          assertThat(close.loss())
              .as("loss")
              .isCloseTo(truth.loss(), within(0.01 * truth.loss()))
              .isNotEqualTo(truth.loss());
          Map<String, Tensor> expected = new Weights(layout, exact).all();
          new Weights(layout, rounded)
              .all()
              .forEach(
                  (tensor, gradient) -> {
                    double norm = Math.max(0.05, expected.get(tensor).norm().item_double());
                    double distance = gradient.sub(expected.get(tensor)).norm().item_double();
                    assertThat(distance / norm).as("gradient of %s", tensor).isLessThan(0.1);
                  });
        });
  }

  private static LossSum run(
      ModelSpec spec,
      Numerics numerics,
      Tensor parameters,
      Tensor gradients,
      Batch batch,
      Execution execution) {
    try (Transfers transfers = Transfers.of(execution.uploads(), Device.CPU);
        Transformer transformer =
            new Transformer(
                spec, numerics, parameters, gradients, () -> 40, transfers, execution)) {
      return transformer.slices().backward(batch, KEY);
    }
  }

  @Test
  void memorizesAToyBatchWithSmallSteps() {
    ModelSpec spec = Specs.named("t5-v1.1");
    OptimizerSpec adam = new OptimizerSpec.AdamW(0.9, 0.98, 1e-8, 0.01);
    ReplicaOptions options = new ReplicaOptions(Device.CPU, 1, adam, 7, ROUNDED);
    Batch batch = Examples.batch(spec, new Random(3), 4);
    float[][] results = new float[2][];
    for (int run = 0; run < 2; run++) {
      try (Replica replica = new TorchEngine().createReplica(spec, options)) {
        for (int step = 0; step < 300; step++) {
          replica.zeroGradients();
          LossSum sum = replica.backward(batch, new DropoutKey(1, step, 0, 0));
          replica.scaleGradients(1 / sum.weight());
          replica.update(3e-3);
        }
        assertThat(replica.loss(batch).mean()).as("loss after 300 steps").isLessThan(0.3);
        results[run] = replica.parameters().toArray();
      }
    }
    assertThat(results[1]).as("the same run again").isEqualTo(results[0]);
  }

  /** Parameters are rounded once for each change of them, not before each batch. */
  @Test
  void roundedParametersFollowEveryChange() {
    ModelSpec spec = Specs.named("t5-v1.1");
    ReplicaOptions options = new ReplicaOptions(Device.CPU, 1, new OptimizerSpec.Sgd(), 7, ROUNDED);
    Batch batch = Examples.batch(spec, new Random(3), 4);
    try (Replica replica = new TorchEngine().createReplica(spec, options);
        Replica other = new TorchEngine().createReplica(spec, options)) {
      double first = replica.loss(batch).loss();
      replica.parameters().scale(2);
      assertThat(copiedLoss(replica, other, batch)).as("after a scale").isNotEqualTo(first);
      replica.backward(batch, KEY);
      replica.update(1e-2);
      copiedLoss(replica, other, batch);
    }
  }

  private static double copiedLoss(Replica replica, Replica other, Batch batch) {
    float[] parameters = replica.parameters().toArray();
    other.parameters().write(0, parameters, 0, parameters.length);
    double loss = replica.loss(batch).loss();
    assertThat(other.loss(batch).loss()).as("loss of a copy").isEqualTo(loss);
    return loss;
  }

  @Test
  void decodesInBf16() {
    try (Replica exact =
            DecidedModels.replica(new TorchEngine(), DecidedModels.SPEC, Precision.FP32);
        Replica rounded =
            DecidedModels.replica(new TorchEngine(), DecidedModels.SPEC, Precision.BF16)) {
      var options = org.palimpsest.model.DecodingOptions.greedy(3);
      int[] first = exact.decoder().generate(DecidedModels.sources(), options).get(0);
      assertThat(rounded.decoder().generate(DecidedModels.sources(), options).get(0))
          .as("text")
          .isEqualTo(first);
    }
  }
}
