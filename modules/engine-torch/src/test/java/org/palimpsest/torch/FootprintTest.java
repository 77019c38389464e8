package org.palimpsest.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.palimpsest.model.DropoutKey;
import org.palimpsest.model.Numerics;
import org.palimpsest.model.Numerics.Activations;
import org.palimpsest.model.Precision;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.model.contract.Examples;
import org.palimpsest.model.contract.Specs;
import org.palimpsest.model.spec.DropoutRates;
import org.palimpsest.model.spec.ModelShape;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.torch.memory.Execution;
import org.palimpsest.torch.memory.NativeScope;
import org.palimpsest.torch.memory.Transfers;
import org.palimpsest.torch.memory.Workspace;

/** The suggested sizes must fit. */
@Tag("slow")
class FootprintTest {
  private static final DropoutKey KEY = new DropoutKey(1, 2, 3, 4);

  static List<String> specs() {
    return Specs.names();
  }

  @ParameterizedTest
  @MethodSource("specs")
  void estimateCoversTheBuffersWithinAFactorOfFour(String name) {
    ModelSpec small = Specs.named(name);
    ModelSpec spec =
        small.with(new ModelShape(1000, 128, small.headWidth() * 4, 512, 4, 4, 4, 700));
    for (Activations activations : Activations.values()) {
      Numerics numerics = new Numerics(Precision.FP32, 0, 0, activations);
      covers(spec.withDropout(0.1), numerics, 4, 64, 32);
      covers(spec.with(new DropoutRates(0.1, 0.1, 0.1)), numerics, 2, 40, 200);
      covers(spec, numerics, 1, 600, 600);
    }
  }

  private static void covers(ModelSpec spec, Numerics numerics, int rows, int source, int target) {
    Batch batch = Examples.even(spec, new Random(1), rows, source, target);
    NativeScope.run(
        () -> {
          Tensor parameters = torch.randn(ParameterLayout.of(spec).size());
          Tensor gradients = torch.zeros_like(parameters);
          try (Transformer network =
              new Transformer(spec, numerics, parameters, gradients, 1 << 20)) {
            network.slices().backward(batch, KEY);
            double estimate =
                new Footprint(spec, numerics, Execution.CPU).bytes(rows, source, target);
            // The estimate assumes the largest chunk of logits.
            double logits = 9.0 / 8 * 4 * 2 * (16L << 20);
            assertThat(estimate).as("estimate").isGreaterThan((double) network.bytes());
            assertThat(estimate - logits).as("without logits").isLessThan(4.0 * network.bytes());
          }
        });
  }

  /**
   * The fused kernel's own tensors are not among the buffers, so that this is the lower bound only.
   */
  @ParameterizedTest
  @MethodSource("specs")
  void estimateCoversTheBuffersInTheWaysOfAGpu(String name) {
    ModelSpec small = Specs.named(name);
    ModelSpec spec =
        small.with(new ModelShape(1000, 128, small.headWidth() * 4, 512, 4, 4, 4, 700));
    Batch batch = Examples.even(spec, new Random(1), 1, 400, 400);
    NativeScope.run(
        () -> {
          Tensor parameters = torch.randn(ParameterLayout.of(spec).size());
          Tensor gradients = torch.zeros_like(parameters);
          try (Transformer network =
              new Transformer(
                  spec,
                  Numerics.PLAIN,
                  parameters,
                  gradients,
                  () -> 1 << 20,
                  new Transfers(),
                  Execution.GPU)) {
            network.slices().backward(batch, KEY);
            assertThat(estimate(spec, Execution.GPU, 400))
                .as("estimate")
                .isGreaterThan((double) network.bytes());
          }
        });
  }

  @Test
  void fusedAttentionKeepsNoWeights() {
    ModelSpec spec = Specs.named("bart").with(new ModelShape(50, 64, 8, 128, 8, 6, 6, 4096));
    double logits = 9.0 / 8 * 4 * 2 * (112L << 20);
    double fused = estimate(spec, Execution.GPU, 4096) - logits;
    assertThat(fused).as("fused").isLessThan(estimate(spec, Execution.CPU, 4096) / 8);
    ModelSpec dropping = spec.with(new DropoutRates(0, 0.1, 0));
    assertThat(estimate(dropping, Execution.GPU, 4096) - logits)
        .as("with dropout of weights")
        .isEqualTo(estimate(dropping, Execution.CPU, 4096));
  }

  private static double estimate(ModelSpec spec, Execution execution, int length) {
    return new Footprint(spec, Numerics.PLAIN, execution).bytes(1, length, length);
  }

  @Test
  void refusalNamesExamplesOrALengthThatFit() {
    ModelSpec spec = Specs.named("bart");
    Footprint footprint = new Footprint(spec, Numerics.PLAIN, Execution.CPU);
    NativeScope.run(
        () -> {
          Tensor parameters = torch.randn(ParameterLayout.of(spec).size());
          try (Workspace workspace =
              new Workspace(spec, Numerics.PLAIN, parameters, torch.zeros_like(parameters))) {
            MemoryGuard memory = new MemoryGuard(workspace);
            assertThat(memory.sentence(8, 512, 100, footprint.bytes(5, 512, 100)))
                .isEqualTo(
                    "8 examples of up to 512 tokens do not fit in the device's memory with the"
                        + " model: 5 do, so set training.micro-batch-blocks = 5.");
            assertThat(memory.sentence(8, 512, 100, footprint.bytes(1, 300, 300)))
                .isEqualTo(
                    "8 examples of up to 512 tokens do not fit in the device's memory with the"
                        + " model: blocks of 304 tokens do; training.activation-checkpointing ="
                        + " true also saves memory.");
            assertThat(memory.sentence(1, 9000, 100, footprint.bytes(1, 300, 300)))
                .isEqualTo(
                    "1 example of up to 9000 tokens does not fit in the device's memory with the"
                        + " model: blocks of 304 tokens do; training.activation-checkpointing ="
                        + " true also saves memory.");
            assertThat(memory.sentence(1, 9000, 100, 1000))
                .isEqualTo(
                    "1 example of up to 9000 tokens does not fit in the device's memory with the"
                        + " model: use a smaller model, or a device with more memory;"
                        + " training.activation-checkpointing = true also saves memory.");
          }
        });
  }

  @Test
  void readsFreeGpuMemoryFromTheMessage() {
    assertThat(
            MemoryGuard.free(
                "CUDA out of memory. Tried to allocate 20.00 MiB. GPU 0 has a total capacity of"
                    + " 79.11 GiB of which 4.25 MiB is free."))
        .isEqualTo(4.25 * (1 << 20));
    assertThat(MemoryGuard.free("not enough memory")).as("of the machine").isGreaterThan(1 << 20);
  }
}
