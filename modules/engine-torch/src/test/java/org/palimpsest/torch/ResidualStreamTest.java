package org.palimpsest.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.palimpsest.model.Device;
import org.palimpsest.model.DropoutKey;
import org.palimpsest.model.LossSum;
import org.palimpsest.model.Numerics;
import org.palimpsest.model.Numerics.Activations;
import org.palimpsest.model.Precision;
import org.palimpsest.model.ReplicaOptions;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.model.contract.Examples;
import org.palimpsest.model.contract.Specs;
import org.palimpsest.model.optimizer.OptimizerSpec;
import org.palimpsest.model.spec.Architecture;
import org.palimpsest.model.spec.DropoutRates;
import org.palimpsest.model.spec.ModelShape;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.torch.memory.Execution;
import org.palimpsest.torch.memory.NativeScope;
import org.palimpsest.torch.memory.Transfers;
import org.palimpsest.torch.memory.Weights;

/**
 * A residual stream of bf16, on any CPU: LibTorch computes bf16 without instructions for it too.
 */
@Tag("slow")
class ResidualStreamTest {
  private static final DropoutKey KEY = new DropoutKey(1, 2, 3, 4);

  static List<String> specs() {
    return Specs.names();
  }

  private static Numerics bf16(Activations activations) {
    return new Numerics(Precision.BF16, 0, 0, activations);
  }

  @ParameterizedTest
  @MethodSource("specs")
  void lossAndGradientsStayCloseToTheDifferentiatedModel(String name) {
    ModelSpec spec = Specs.named(name);
    Batch batch = Examples.weighted(Examples.batch(spec, new Random(14), 8));
    for (Execution execution : List.of(Execution.GPU, Execution.REPEATABLE_GPU)) {
      for (Activations activations : Activations.values()) {
        NativeScope.run(
            () -> {
              Tensor parameters = parameters(spec);
              Tensor exact = torch.zeros_like(parameters);
              LossSum truth = new NaiveTransformer(spec, parameters, exact).backward(batch);
              close(spec, parameters, batch, bf16(activations), execution, truth, exact);
            });
      }
    }
  }

  @ParameterizedTest
  @MethodSource("specs")
  void lossAndGradientsStayCloseToFp32WithDropout(String name) {
    ModelSpec spec = Specs.named(name).with(new DropoutRates(0.1, 0.1, 0.1));
    Batch batch = Examples.batch(spec, new Random(5), 12);
    NativeScope.run(
        () -> {
          Tensor parameters = parameters(spec);
          Tensor exact = torch.zeros_like(parameters);
          LossSum truth = run(spec, Numerics.PLAIN, parameters, exact, batch, Execution.CPU);
          close(spec, parameters, batch, bf16(Activations.KEPT), Execution.GPU, truth, exact);
        });
  }

  private static void close(
      ModelSpec spec,
      Tensor parameters,
      Batch batch,
      Numerics numerics,
      Execution execution,
      LossSum truth,
      Tensor exact) {
    Tensor rounded = torch.zeros_like(parameters);
    LossSum close = run(spec, numerics, parameters, rounded, batch, execution);
    assertThat(close.loss())
        .as("loss")
        .isCloseTo(truth.loss(), within(1e-3 * truth.loss()))
        .isNotEqualTo(truth.loss());
    boolean flips = spec.architecture().activation().function() == Architecture.Activation.RELU;
    assertThat(distance(rounded, exact)).as("all gradients").isLessThan(flips ? 0.2 : 0.06);
    Map<String, Tensor> expected = new Weights(ParameterLayout.of(spec), exact).all();
    new Weights(ParameterLayout.of(spec), rounded)
        .all()
        .forEach(
            (tensor, gradient) ->
                assertThat(distance(gradient, expected.get(tensor)))
                    .as("gradient of %s", tensor)
                    .isLessThan(flips ? 0.5 : 0.2));
  }

  /** Distance relative to the norm; the gradient of the keys' biases is rounding error only. */
  private static double distance(Tensor actual, Tensor expected) {
    double norm = Math.max(0.05, expected.norm().item_double());
    return actual.sub(expected).norm().item_double() / norm;
  }

  @ParameterizedTest
  @ValueSource(strings = {"bart", "t5", "t5-v1.1", "classic"})
  void recomputedActivationsGiveTheSameBits(String name) {
    ModelSpec spec = Specs.named(name).withDropout(0.1);
    Batch batch = Examples.batch(spec, new Random(9), 6);
    NativeScope.run(
        () -> {
          Tensor parameters = parameters(spec);
          Tensor kept = torch.zeros_like(parameters);
          Tensor again = torch.zeros_like(parameters);
          run(spec, bf16(Activations.KEPT), parameters, kept, batch, Execution.GPU);
          run(spec, bf16(Activations.RECOMPUTED), parameters, again, batch, Execution.GPU);
          assertThat(again.equal(kept)).as("the same gradients").isTrue();
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"bart", "t5"})
  void memorizesAToyBatchWithSmallSteps(String name) {
    OptimizerSpec adam = new OptimizerSpec.AdamW(0.9, 0.98, 1e-8, 0.01);
    ReplicaOptions options = new ReplicaOptions(Device.CPU, 1, adam, 7, bf16(Activations.KEPT));
    Batch batch = Examples.batch(Specs.named(name), new Random(3), 4);
    try (TorchReplica replica =
        new TorchReplica(Natives.loaded(), Specs.named(name), options, Execution.GPU)) {
      for (int step = 0; step < 300; step++) {
        replica.zeroGradients();
        LossSum sum = replica.backward(batch, new DropoutKey(1, step, 0, 0));
        replica.scaleGradients(1 / sum.weight());
        replica.update(3e-3);
      }
      assertThat(replica.loss(batch).mean()).as("loss after 300 steps").isLessThan(0.3);
    }
  }

  /** Activations and gradients of the stream have half the bytes, and no copies as operands. */
  @Test
  void takesFewerBytesThanOneOfTheParametersType() {
    Execution gpu = Execution.GPU;
    Execution wide =
        new Execution(
            gpu.masks(), gpu.attention(), gpu.chunks(), gpu.uploads(), Execution.Stream.PARAMETERS);
    for (String name : List.of("bart", "t5")) {
      ToDoubleFunction<Execution> bytes = execution -> bytes(Specs.named(name), execution);
      assertThat(bytes.applyAsDouble(gpu))
          .as("bytes of buffers of %s", name)
          .isLessThan(0.7 * bytes.applyAsDouble(wide));
    }
  }

  private static double bytes(ModelSpec small, Execution execution) {
    ModelSpec spec = small.with(new ModelShape(100, 128, small.headWidth() * 4, 128, 4, 4, 4, 70));
    Batch batch = Examples.even(spec, new Random(1), 8, 64, 64);
    return NativeScope.in(
        () -> {
          Tensor parameters = torch.randn(ParameterLayout.of(spec).size());
          Tensor gradients = torch.zeros_like(parameters);
          try (Transformer network =
              new Transformer(
                  spec,
                  bf16(Activations.KEPT),
                  parameters,
                  gradients,
                  () -> 1 << 20,
                  new Transfers(),
                  execution)) {
            network.slices().backward(batch, KEY);
            double estimate =
                new Footprint(spec, bf16(Activations.KEPT), execution).bytes(8, 64, 64);
            assertThat(estimate).as("estimate").isGreaterThan((double) network.bytes());
            return (double) network.bytes();
          }
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

  private static Tensor parameters(ModelSpec spec) {
    torch.manual_seed(7);
    return torch.randn(ParameterLayout.of(spec).size()).mul_(new Scalar(0.2));
  }
}
