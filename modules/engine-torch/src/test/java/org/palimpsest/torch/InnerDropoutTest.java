package org.palimpsest.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.palimpsest.model.Device;
import org.palimpsest.model.DropoutKey;
import org.palimpsest.model.DropoutMask;
import org.palimpsest.model.LossSum;
import org.palimpsest.model.Numerics;
import org.palimpsest.model.Precision;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.model.contract.Examples;
import org.palimpsest.model.contract.Specs;
import org.palimpsest.model.spec.Architecture;
import org.palimpsest.model.spec.DropoutRates;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.torch.memory.Execution;
import org.palimpsest.torch.memory.NativeScope;
import org.palimpsest.torch.memory.TorchVector;
import org.palimpsest.torch.memory.Transfers;
import org.palimpsest.torch.memory.Weights;

/** Dropout inside attention and feed-forward, compared with plain operations and the same masks. */
class InnerDropoutTest {
  private static final DropoutKey KEY = new DropoutKey(1, 2, 3, 4);
  private static final DropoutRates RATES = new DropoutRates(0, 0.25, 0.3);

  static List<String> specs() {
    return Specs.names();
  }

  @ParameterizedTest
  @MethodSource("specs")
  void lossAndGradientsAgreeWithPlainOperationsAndTheSameMasks(String name) {
    ModelSpec spec = Specs.named(name).with(RATES);
    // With one length, a multiple of eight, masks have the shapes of the plain tensors.
    Batch batch = Examples.even(spec, new Random(5), 3, 8, 16);
    ParameterLayout layout = ParameterLayout.of(spec);
    NativeScope.run(
        () -> {
          torch.manual_seed(7);
          Tensor parameters =
              torch.randn(layout.size()).to(torch.ScalarType.Double).mul_(new Scalar(0.3));
          Tensor expected = torch.zeros_like(parameters);
          Tensor actual = torch.zeros_like(parameters);
          Map<String, Integer> sites = sites(spec);
          LossSum plain =
              new NaiveTransformer(
                      spec, parameters, expected, (part, x) -> dropped(sites.get(part), part, x))
                  .backward(batch);
          try (Transformer fast = new Transformer(spec, Numerics.PLAIN, parameters, actual, 1000)) {
            LossSum sum = fast.slices().backward(batch, KEY);
            assertThat(sum.loss()).as("loss").isCloseTo(plain.loss(), within(1e-9 * plain.loss()));
            assertThat(fast.slices().loss(batch).loss())
                .as("loss without dropout")
                .isNotCloseTo(plain.loss(), within(1e-3));
          }
          Map<String, Tensor> truth = new Weights(layout, expected).all();
          new Weights(layout, actual)
              .all()
              .forEach(
                  (tensor, gradient) ->
                      assertThat(distance(gradient, truth.get(tensor)))
                          .as("gradient of %s", tensor)
                          .isLessThan(1e-9));
        });
  }

  /** Masks that the device draws twice give what masks give that the host draws and keeps. */
  @ParameterizedTest
  @MethodSource("specs")
  void masksOfTheDeviceGiveTheSameBytes(String name) {
    ModelSpec spec = Specs.named(name).with(new DropoutRates(0.1, 0.25, 0.3));
    Batch batch = Examples.weighted(Examples.batch(spec, new Random(6), 7));
    NativeScope.run(
        () -> {
          torch.manual_seed(7);
          Tensor parameters = torch.randn(ParameterLayout.of(spec).size()).mul_(new Scalar(0.3));
          List<float[]> gradients = new ArrayList<>();
          List<Double> losses = new ArrayList<>();
          for (Execution.Masks masks : Execution.Masks.values()) {
            for (Numerics.Activations kept : Numerics.Activations.values()) {
              Transfers transfers = new Transfers();
              TorchVector sum =
                  new TorchVector(torch.zeros_like(parameters), Device.CPU, transfers);
              Numerics numerics = new Numerics(Precision.FP32, 0, 0, kept);
              try (Transformer network =
                  new Transformer(
                      spec,
                      numerics,
                      parameters,
                      sum.tensor(),
                      () -> 30,
                      transfers,
                      new Execution(
                          masks,
                          Execution.Attention.PRODUCTS,
                          Execution.Chunks.CACHED,
                          Execution.Uploads.DIRECT,
                          Execution.Stream.PARAMETERS))) {
                losses.add(network.slices().backward(batch, KEY).loss());
                gradients.add(sum.toArray());
              }
            }
          }
          assertThat(losses).as("losses").containsOnly(losses.get(0));
          assertThat(gradients)
              .as("gradients")
              .allMatch(each -> Arrays.equals(each, gradients.get(0)));
        });
  }

  private static Tensor dropped(int site, String part, Tensor x) {
    double rate = part.endsWith("attn") ? RATES.attention() : RATES.activation();
    int[] bits = new int[Math.toIntExact(x.numel())];
    new DropoutMask(rate).fill(KEY, site, bits, bits.length);
    double[] factors = new double[bits.length];
    for (int i = 0; i < bits.length; i++) {
      factors[i] = Float.intBitsToFloat(bits[i]);
    }
    return x.mul(Tensor.create(factors).view(x.sizes()));
  }

  private static double distance(Tensor a, Tensor b) {
    double largest = Math.max(1e-2, b.abs().max().item_double());
    return a.sub(b).abs().max().item_double() / largest;
  }

  /** Sites in the order of the model: the inside of each sub-layer precedes its residual branch. */
  private static Map<String, Integer> sites(ModelSpec spec) {
    Map<String, Integer> sites = new HashMap<>();
    int end = spec.architecture().placement() == Architecture.Placement.PRE ? 1 : 0;
    int next = 1; // after the embedding
    for (int i = 0; i < spec.encoderLayers(); i++, next += 4) {
      sites.put("model.encoder.layers." + i + ".self_attn", next);
      sites.put("model.encoder.layers." + i + ".fc2", next + 2);
    }
    next += end + 1;
    for (int i = 0; i < spec.decoderLayers(); i++, next += 6) {
      sites.put("model.decoder.layers." + i + ".self_attn", next);
      sites.put("model.decoder.layers." + i + ".encoder_attn", next + 2);
      sites.put("model.decoder.layers." + i + ".fc2", next + 4);
    }
    return sites;
  }
}
