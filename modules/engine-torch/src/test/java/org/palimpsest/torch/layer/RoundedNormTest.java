package org.palimpsest.torch.layer;

import static org.assertj.core.api.Assertions.assertThat;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.palimpsest.model.Numerics;
import org.palimpsest.model.Precision;
import org.palimpsest.model.contract.Specs;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.torch.memory.Execution;
import org.palimpsest.torch.memory.NativeScope;
import org.palimpsest.torch.memory.Transfers;
import org.palimpsest.torch.memory.Weights;
import org.palimpsest.torch.memory.Workspace;

/** Norms over rows of bf16, compared with those over the same rows in fp32. */
class RoundedNormTest {
  private static final String NAME = "model.encoder.layers.0.final_layer_norm";

  private static Tensor bf16(Tensor x) {
    return x.to(torch.ScalarType.BFloat16);
  }

  /**
   * A number of bf16 has an error of 2⁻⁹ at most, 0.0017 on average. LibTorch's LayerNorm on a CPU
   * sums the gradients of gain and bias in bf16, which takes few rows.
   */
  @ParameterizedTest
  @CsvSource({
    "bart, 30, 0.003, 0.03",
    "layer-norm-without-bias, 30, 0.003, 0.03",
    "t5, 30, 0.003, 0.003",
    "t5, 3000, 0.003, 0.003"
  })
  void theNormOfRoundedRowsIsRoundedOnly(
      String model, int rows, double outputRoom, double gainRoom) {
    ModelSpec spec = Specs.named(model);
    ParameterLayout layout = ParameterLayout.of(spec);
    NativeScope.run(
        () -> {
          torch.manual_seed(3);
          // The copy of the gain for a GPU's kernel is rounded; here the gain itself.
          Tensor gains = torch.randn(layout.size()).mul_(new Scalar(0.2)).add_(new Scalar(1.0));
          Tensor parameters = bf16(gains).to(torch.ScalarType.Float);
          Tensor exact = torch.zeros_like(parameters);
          Tensor rounded = torch.zeros_like(parameters);
          Tensor x = bf16(torch.randn(rows, spec.width()).add_(new Scalar(0.5)));
          Tensor slope = bf16(torch.randn(rows, spec.width()));
          Numerics numerics = new Numerics(Precision.BF16, 0, 0, Numerics.Activations.KEPT);
          try (Workspace wide = workspace(spec, numerics, parameters, exact, Execution.CPU);
              Workspace narrow = workspace(spec, numerics, parameters, rounded, Execution.GPU)) {
            Norm truth = Norm.ofStream(wide, NAME);
            Norm ours = Norm.ofStream(narrow, NAME);
            Tensor expected = truth.forward(x.to(torch.ScalarType.Float));
            Tensor output = ours.forward(x);
            assertThat(output.scalar_type().intern())
                .as("type")
                .isEqualTo(torch.ScalarType.BFloat16);
            close(output, expected, outputRoom, "output");
            Tensor expectedGradient = slope.to(torch.ScalarType.Float);
            truth.backward(expectedGradient);
            ours.backward(slope);
            close(slope, expectedGradient, 2 * outputRoom, "gradient of the input");
          }
          Weights ourGradients = new Weights(layout, rounded);
          Weights gradients = new Weights(layout, exact);
          gradients
              .all()
              .forEach(
                  (name, gradient) -> {
                    if (name.startsWith(NAME)) {
                      close(ourGradients.of(name), gradient, gainRoom, name);
                    }
                  });
        });
  }

  private static Workspace workspace(
      ModelSpec spec, Numerics numerics, Tensor parameters, Tensor gradients, Execution execution) {
    return new Workspace(spec, numerics, parameters, gradients, new Transfers(), execution);
  }

  private static void close(Tensor actual, Tensor expected, double room, String what) {
    double distance = actual.to(torch.ScalarType.Float).sub(expected).norm().item_double();
    assertThat(distance / expected.norm().item_double()).as(what).isLessThan(room);
  }
}
