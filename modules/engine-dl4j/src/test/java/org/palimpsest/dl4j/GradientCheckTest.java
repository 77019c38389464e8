package org.palimpsest.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.EnumSet;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.palimpsest.model.DropoutKey;
import org.palimpsest.model.Numerics;
import org.palimpsest.model.Precision;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.model.contract.Examples;
import org.palimpsest.model.spec.Architecture;
import org.palimpsest.model.spec.Architecture.Feature;
import org.palimpsest.model.spec.ModelShape;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.model.spec.PositionEncoding;
import org.palimpsest.model.spec.TensorSpec;

/**
 * The gradient of the whole loss (with dropout, label smoothing and z-loss), compared with
 * difference quotients in double precision, for every tensor of every layer.
 */
@Tag("slow")
class GradientCheckTest {
  private static final DropoutKey KEY = new DropoutKey(1, 2, 3, 4);
  private static final Numerics SMOOTHED =
      new Numerics(Precision.FP32, 0.1, 0.01, Numerics.Activations.KEPT);
  private static final double STEP = 1e-5;

  static Stream<Named<ModelSpec>> models() {
    ModelSpec bart = new ModelSpec(11, 8, 12, 2, 1, 2, 16, 0.2, 0, 1, 2, 2);
    ModelSpec narrow = bart.with(new ModelShape(11, 8, 3, 12, 2, 2, 1, 16));
    Architecture mixed =
        new Architecture(
            Architecture.Norm.LAYER,
            Architecture.Placement.PRE,
            new PositionEncoding.Sinusoidal(),
            Architecture.Activation.RELU,
            EnumSet.of(Feature.BIASES, Feature.EMBEDDING_SCALE, Feature.ATTENTION_SCALE),
            1e-5);
    Architecture biased =
        new Architecture(
            Architecture.Norm.RMS,
            Architecture.Placement.POST,
            new PositionEncoding.RelativeBias(8, 6),
            Architecture.Activation.GATED_GELU,
            EnumSet.of(Feature.BIASES, Feature.TIED_HEAD, Feature.EMBEDDING_NORM),
            1e-5);
    return Stream.of(
        Named.of("BART", bart),
        Named.of("T5", narrow.with(Architecture.T5)),
        Named.of("T5 v1.1", narrow.with(Architecture.T5_V1_1)),
        Named.of("pre-LayerNorm, sinusoidal", bart.with(mixed)),
        Named.of("post-RMSNorm, relative bias, gated, biases", narrow.with(biased)));
  }

  @ParameterizedTest
  @MethodSource("models")
  void gradientsAgreeWithDifferenceQuotients(ModelSpec spec) {
    Batch batch = Examples.weighted(Examples.batch(spec, new Random(2), 3));
    Random random = new Random(3);
    try (Network network = new Network(spec, 1, DataType.DOUBLE, SMOOTHED, 25)) {
      INDArray parameters = network.parameters();
      for (long i = 0; i < parameters.length(); i++) {
        parameters.data().put(i, 0.5 * random.nextGaussian());
      }
      network.slices().backward(batch, KEY);
      double[] exact = network.gradients().data().asDouble();
      for (TensorSpec tensor : ParameterLayout.of(spec).tensors()) {
        for (int i = 0; i < 3; i++) {
          int at = (int) tensor.offset() + random.nextInt((int) tensor.size());
          double quotient = quotient(network, batch, at);
          assertThat(quotient)
              .as("slope of %s at %d", tensor.name(), at - tensor.offset())
              .isCloseTo(exact[at], within(1e-4 * Math.max(1, Math.abs(exact[at]))));
        }
      }
    }
  }

  private static double quotient(Network network, Batch batch, int at) {
    double value = network.parameters().data().getDouble(at);
    network.parameters().data().put(at, value + STEP);
    double above = network.slices().backward(batch, KEY).loss();
    network.parameters().data().put(at, value - STEP);
    double below = network.slices().backward(batch, KEY).loss();
    network.parameters().data().put(at, value);
    return (above - below) / (2 * STEP);
  }
}
