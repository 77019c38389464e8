package org.palimpsest.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
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
import org.palimpsest.model.Precision;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.model.contract.Examples;
import org.palimpsest.model.contract.Specs;
import org.palimpsest.model.spec.ModelShape;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.torch.memory.Execution;
import org.palimpsest.torch.memory.NativeScope;
import org.palimpsest.torch.memory.Transfers;
import org.palimpsest.torch.memory.Weights;

/** The explicit backward pass, compared with plain operations that LibTorch differentiates. */
@Tag("slow")
class TransformerAgainstNaiveTest {
  private static final ModelSpec BART = Specs.named("bart");
  private static final DropoutKey KEY = new DropoutKey(1, 2, 3, 4);
  private static final Numerics RECOMPUTED =
      new Numerics(Precision.FP32, 0, 0, Numerics.Activations.RECOMPUTED);

  static List<String> specs() {
    return Specs.names();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 20, 1000})
  void lossAndGradientsAgreeForEverySliceSize(int sliceRows) {
    Batch batch = Examples.batch(BART, new Random(5), 7);
    agree(BART, Numerics.PLAIN, batch, sliceRows, torch.ScalarType.Double, 1e-9);
  }

  @ParameterizedTest
  @MethodSource("specs")
  void lossAndGradientsAgreeInEveryArchitecture(String name) {
    ModelSpec spec = Specs.named(name);
    Batch batch = Examples.batch(spec, new Random(5), 7);
    agree(spec, Numerics.PLAIN, batch, 1000, torch.ScalarType.Double, 1e-9);
  }

  @ParameterizedTest
  @MethodSource("specs")
  void lossAndGradientsAgreeInSinglePrecision(String name) {
    ModelSpec spec = Specs.named(name);
    Batch batch = Examples.batch(spec, new Random(6), 9);
    agree(spec, Numerics.PLAIN, batch, 1000, torch.ScalarType.Float, 1e-4);
  }

  @ParameterizedTest
  @MethodSource("specs")
  void lossAndGradientsAgreeWithoutPadding(String name) {
    ModelSpec spec = Specs.named(name);
    Batch batch = Examples.even(spec, new Random(7), 5, 8, 16);
    agree(spec, Numerics.PLAIN, batch, 1000, torch.ScalarType.Double, 1e-9);
  }

  @ParameterizedTest
  @MethodSource("specs")
  void lossAndGradientsAgreeWithWeightsAndPositions(String name) {
    ModelSpec spec = Specs.named(name);
    Batch batch = Examples.weighted(Examples.batch(spec, new Random(8), 6));
    agree(spec, Numerics.PLAIN, batch, 30, torch.ScalarType.Double, 1e-9);
  }

  @ParameterizedTest
  @MethodSource("specs")
  void lossAndGradientsAgreeWithRecomputedActivations(String name) {
    ModelSpec spec = Specs.named(name);
    Batch batch = Examples.batch(spec, new Random(9), 6);
    agree(spec, RECOMPUTED, batch, 40, torch.ScalarType.Double, 1e-9);
  }

  @Test
  void lossAndGradientsAgreeWithOneLayer() {
    ModelSpec spec = new ModelSpec(50, 16, 32, 2, 1, 1, 32, 0, 0, 1, 2, 2);
    Batch batch = Examples.batch(spec, new Random(10), 6);
    agree(spec, RECOMPUTED, batch, 40, torch.ScalarType.Double, 1e-9);
  }

  /** On the CPU, the ways of a GPU are slower, but give the same. */
  @ParameterizedTest
  @MethodSource("specs")
  void lossAndGradientsAgreeInTheWaysOfAGpu(String name) {
    ModelSpec spec = Specs.named(name);
    Batch batch = Examples.weighted(Examples.batch(spec, new Random(14), 6));
    for (Numerics numerics : List.of(Numerics.PLAIN, RECOMPUTED)) {
      agree(spec, numerics, batch, 40, torch.ScalarType.Double, 1e-9, Execution.GPU);
      agree(spec, numerics, batch, 40, torch.ScalarType.Float, 1e-4, Execution.GPU);
      agree(spec, numerics, batch, 40, torch.ScalarType.Float, 1e-4, Execution.REPEATABLE_GPU);
    }
  }

  /** The probabilities of some tokens are 0 in single precision. */
  @ParameterizedTest
  @ValueSource(strings = {"bart", "t5"})
  void lossesAgreeWhereProbabilitiesVanish(String name) {
    ModelSpec spec = Specs.named(name);
    Batch batch = Examples.weighted(Examples.batch(spec, new Random(12), 8));
    NativeScope.run(
        () -> {
          Tensor parameters = parameters(ParameterLayout.of(spec), torch.ScalarType.Float);
          new Weights(ParameterLayout.of(spec), parameters)
              .of("model.shared.weight")
              .mul_(new Scalar(300.0));
          Tensor expected = torch.zeros_like(parameters);
          Tensor actual = torch.zeros_like(parameters);
          LossSum plain = new NaiveTransformer(spec, parameters, expected).backward(batch);
          assertThat(plain.mean()).as("mean loss").isGreaterThan(70);
          try (Transformer fast = new Transformer(spec, Numerics.PLAIN, parameters, actual, 40)) {
            double loss = fast.slices().backward(batch, KEY).loss();
            assertThat(loss).as("loss").isCloseTo(plain.loss(), within(1e-4 * plain.loss()));
          }
        });
  }

  /** Keys are padded to a multiple of eight, which is more than this model's positions. */
  @Test
  void lossAndGradientsAgreeAtTheLastPosition() {
    ModelSpec spec = Specs.named("t5").with(new ModelShape(50, 16, 6, 24, 3, 2, 2, 29));
    Batch batch = Examples.even(spec, new Random(13), 2, 29, 29);
    agree(spec, Numerics.PLAIN, batch, 1000, torch.ScalarType.Double, 1e-9);
  }

  @ParameterizedTest
  @MethodSource("specs")
  void encodedSourcesAgree(String name) {
    ModelSpec spec = Specs.named(name);
    Batch batch = Examples.batch(spec, new Random(11), 5);
    NativeScope.run(
        () -> {
          Tensor parameters = parameters(ParameterLayout.of(spec), torch.ScalarType.Double);
          Tensor gradients = torch.zeros_like(parameters);
          Tensor plain = new NaiveTransformer(spec, parameters, gradients).encoded(batch);
          try (Transformer fast =
              new Transformer(spec, Numerics.PLAIN, parameters, gradients, 1000)) {
            Tensor packed = fast.encode(sources(batch));
            long first = 0;
            for (int row = 0; row < batch.rows(); row++) {
              long length = batch.sourceLengths()[row];
              Tensor expected = plain.select(0, row).narrow(0, 0, length);
              Tensor actual = packed.narrow(0, first, length);
              assertThat(actual.sub(expected).abs().max().item_double())
                  .as("largest difference in source %d", row)
                  .isLessThan(1e-9);
              first += length;
            }
            assertThat(packed.size(0)).as("rows").isEqualTo(first);
          }
        });
  }

  private static List<int[]> sources(Batch batch) {
    List<int[]> sources = new ArrayList<>();
    for (int row = 0; row < batch.rows(); row++) {
      int from = row * batch.sourceLength();
      sources.add(Arrays.copyOfRange(batch.source(), from, from + batch.sourceLengths()[row]));
    }
    return sources;
  }

  private static void agree(
      ModelSpec spec,
      Numerics numerics,
      Batch batch,
      int sliceRows,
      torch.ScalarType type,
      double room) {
    agree(spec, numerics, batch, sliceRows, type, room, Execution.CPU);
  }

  private static void agree(
      ModelSpec spec,
      Numerics numerics,
      Batch batch,
      int sliceRows,
      torch.ScalarType type,
      double room,
      Execution execution) {
    ParameterLayout layout = ParameterLayout.of(spec);
    NativeScope.run(
        () -> {
          Tensor parameters = parameters(layout, type);
          Tensor expected = torch.zeros_like(parameters);
          Tensor actual = torch.zeros_like(parameters);
          LossSum plain = new NaiveTransformer(spec, parameters, expected).backward(batch);
          try (Transfers transfers = Transfers.of(execution.uploads(), Device.CPU);
              Transformer fast =
                  new Transformer(
                      spec, numerics, parameters, actual, () -> sliceRows, transfers, execution)) {
            LossSum sum = fast.slices().backward(batch, KEY);
            double lossRoom = (type == torch.ScalarType.Double ? 1e-6 : 1e-5) * plain.loss();
            assertThat(sum.loss()).as("loss").isCloseTo(plain.loss(), within(lossRoom));
            assertThat(sum.weight()).as("weight").isEqualTo(batch.weight());
            double scored = fast.slices().loss(batch).loss();
            assertThat(scored).as("scored loss").isCloseTo(plain.loss(), within(lossRoom));
          }
          Map<String, Tensor> truth = new Weights(layout, expected).all();
          new Weights(layout, actual)
              .all()
              .forEach(
                  (name, gradient) ->
                      assertThat(distance(gradient, truth.get(name)))
                          .as("gradient of %s", name)
                          .isLessThan(room));
        });
  }

  /**
   * Largest difference over largest value; the gradient of the keys' biases is rounding error only.
   */
  private static double distance(Tensor a, Tensor b) {
    double largest = Math.max(1e-2, b.abs().max().item_double());
    return a.sub(b).abs().max().item_double() / largest;
  }

  private static Tensor parameters(ParameterLayout layout, torch.ScalarType type) {
    torch.manual_seed(7);
    return torch.randn(layout.size()).to(type).mul_(new Scalar(0.3));
  }
}
