package org.palimpsest.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.Random;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
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

  @ParameterizedTest
  @ValueSource(ints = {1, 20, 1000})
  void lossAndEveryGradientAgreeHoweverTheBatchIsSliced(int sliceRows) {
    Batch batch = Examples.batch(SPEC, new Random(5), 7);
    agree(batch, sliceRows, torch.ScalarType.Double, 1e-6, 1e-9);
  }

  @Test
  void theyAgreeInSinglePrecision() {
    Batch batch = Examples.batch(SPEC, new Random(6), 9);
    agree(batch, 1000, torch.ScalarType.Float, 1e-5, 1e-4);
  }

  @Test
  void theyAgreeWithoutAnyPadding() {
    Batch batch = Examples.even(SPEC, new Random(7), 5, 8, 11);
    agree(batch, 1000, torch.ScalarType.Double, 1e-6, 1e-9);
  }

  @Test
  void theyAgreeWithWeightsAndPositionsOfTheBatchsOwn() {
    Batch batch = Examples.weighted(Examples.batch(SPEC, new Random(8), 6));
    agree(batch, 30, torch.ScalarType.Double, 1e-6, 1e-9);
  }

  private static void agree(
      Batch batch, int sliceRows, torch.ScalarType type, double lossRoom, double gradientRoom) {
    NativeScope.run(
        () -> {
          Tensor parameters = parameters(type);
          Tensor expected = torch.zeros_like(parameters);
          Tensor actual = torch.zeros_like(parameters);
          NaiveBart naive = new NaiveBart(SPEC, parameters, expected);
          LossSum plain = naive.backward(batch, NaiveBart.SILENT);
          try (Bart bart = new Bart(SPEC, parameters, actual, sliceRows)) {
            LossSum fast = bart.backward(batch, KEY);
            double room = lossRoom * plain.loss();
            assertThat(fast.loss()).as("loss").isCloseTo(plain.loss(), within(room));
            assertThat(fast.weight()).as("weight").isEqualTo(batch.weight());
            assertThat(bart.loss(batch).loss()).as("loss").isCloseTo(plain.loss(), within(room));
          }
          Map<String, Tensor> truth = new Weights(LAYOUT, expected).all();
          new Weights(LAYOUT, actual)
              .all()
              .forEach(
                  (name, gradient) ->
                      assertThat(distance(gradient, truth.get(name)))
                          .as("gradient of %s", name)
                          .isLessThan(gradientRoom));
        });
  }

  /**
   * Largest difference over largest value; keys' biases have a gradient of nothing but rounding.
   */
  private static double distance(Tensor a, Tensor b) {
    double largest = Math.max(1e-2, b.abs().max().item_double());
    return a.sub(b).abs().max().item_double() / largest;
  }

  private static Tensor parameters(torch.ScalarType type) {
    torch.manual_seed(7);
    return torch.randn(LAYOUT.size()).to(type).mul_(new Scalar(0.3));
  }
}
