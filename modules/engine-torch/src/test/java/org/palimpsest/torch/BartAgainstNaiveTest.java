package org.palimpsest.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.Random;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.palimpsest.model.Batch;
import org.palimpsest.model.LossSum;
import org.palimpsest.model.ModelSpec;
import org.palimpsest.model.NoiseKey;
import org.palimpsest.model.ParameterLayout;

/** The written-out backward pass beside plain operations that LibTorch differentiates. */
class BartAgainstNaiveTest {
  private static final ModelSpec SPEC = new ModelSpec(50, 16, 32, 2, 2, 2, 32, 0, 0, 1, 2, 2);
  private static final ParameterLayout LAYOUT = ParameterLayout.of(SPEC);
  private static final NoiseKey KEY = new NoiseKey(1, 2, 3, 4);

  @Test
  void lossAndEveryGradientAgree() {
    NativeScope.run(
        () -> {
          Batch batch = Examples.batch(SPEC, new Random(5), 7);
          Tensor parameters = parameters(torch.ScalarType.Double);
          Tensor expected = torch.zeros_like(parameters);
          Tensor actual = torch.zeros_like(parameters);
          LossSum naive =
              new NaiveBart(SPEC, parameters, expected).backward(batch, NaiveBart.SILENT);
          try (Bart bart = new Bart(SPEC, parameters, actual)) {
            LossSum fast = bart.backward(batch, KEY);
            assertThat(fast.loss()).as("loss").isCloseTo(naive.loss(), within(1e-4));
            assertThat(fast.weight()).as("weight").isEqualTo(batch.weight());
            assertThat(bart.loss(batch).loss()).as("loss").isCloseTo(naive.loss(), within(1e-4));
          }
          Map<String, Tensor> truth = new Weights(LAYOUT, expected).all();
          new Weights(LAYOUT, actual)
              .all()
              .forEach(
                  (name, gradient) ->
                      assertThat(distance(gradient, truth.get(name)))
                          .as("gradient of %s", name)
                          .isLessThan(1e-9));
        });
  }

  private static double distance(Tensor a, Tensor b) {
    double largest = Math.max(1e-3, b.abs().max().item_double());
    return a.sub(b).abs().max().item_double() / largest;
  }

  static Tensor parameters(torch.ScalarType type) {
    torch.manual_seed(7);
    return torch.randn(LAYOUT.size()).to(type).mul_(new Scalar(0.3));
  }
}
