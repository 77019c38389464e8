package org.palimpsest.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.palimpsest.model.DropoutKey;
import org.palimpsest.model.Numerics;
import org.palimpsest.model.Precision;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.model.contract.Examples;
import org.palimpsest.model.contract.Specs;
import org.palimpsest.model.spec.DropoutRates;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.model.spec.TensorSpec;
import org.palimpsest.torch.memory.NativeScope;

/**
 * The gradient of the whole loss (with dropout, label smoothing, z-loss, and recomputed
 * activations), compared with difference quotients in float64.
 */
@Tag("slow")
class GradientCheckTest {
  private static final Numerics NUMERICS =
      new Numerics(Precision.FP32, 0.1, 0.02, Numerics.Activations.RECOMPUTED);
  private static final DropoutKey KEY = new DropoutKey(1, 2, 3, 4);
  private static final double STEP = 1e-6;

  static List<String> specs() {
    return Specs.names();
  }

  @ParameterizedTest
  @MethodSource("specs")
  void gradientsAgreeWithDifferenceQuotients(String name) {
    ModelSpec spec = Specs.named(name).with(new DropoutRates(0.2, 0.15, 0.1));
    Batch batch = Examples.weighted(Examples.batch(spec, new Random(2), 3));
    ParameterLayout layout = ParameterLayout.of(spec);
    NativeScope.run(
        () -> {
          torch.manual_seed(3);
          Tensor parameters =
              torch.randn(layout.size()).to(torch.ScalarType.Double).mul_(new Scalar(0.5));
          Tensor gradient = torch.zeros_like(parameters);
          try (Transformer fast = new Transformer(spec, NUMERICS, parameters, gradient, 25)) {
            fast.slices().backward(batch, KEY);
            Tensor exact = gradient.clone();
            Random random = new Random(4);
            for (TensorSpec tensor : trained(layout)) {
              for (int i = 0; i < 2; i++) {
                long at = tensor.offset() + random.nextInt((int) tensor.size());
                double quotient = quotient(fast, batch, parameters, at);
                double expected = exact.narrow(0, at, 1).item_double();
                assertThat(quotient)
                    .as("slope of %s at %d", tensor.name(), at - tensor.offset())
                    .isCloseTo(expected, within(1e-4 * Math.max(1, Math.abs(expected))));
              }
            }
          }
        });
  }

  /** All tensors but the constant bias of the logits, whose gradient stays 0. */
  private static List<TensorSpec> trained(ParameterLayout layout) {
    return layout.tensors().stream()
        .filter(tensor -> !tensor.name().equals(ParameterLayout.HEAD_BIAS))
        .toList();
  }

  private static double quotient(Transformer fast, Batch batch, Tensor parameters, long at) {
    Tensor one = parameters.narrow(0, at, 1);
    one.add_(new Scalar(STEP));
    double above = fast.slices().backward(batch, KEY).loss();
    one.sub_(new Scalar(2 * STEP));
    double below = fast.slices().backward(batch, KEY).loss();
    one.add_(new Scalar(STEP));
    return (above - below) / (2 * STEP);
  }
}
