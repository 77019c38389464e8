package org.palimpsest.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.palimpsest.model.DropoutKey;
import org.palimpsest.model.LossSum;
import org.palimpsest.model.Numerics;
import org.palimpsest.model.Precision;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.model.batch.CountedRows;
import org.palimpsest.model.spec.Architecture;
import org.palimpsest.model.spec.Architecture.Activation;
import org.palimpsest.model.spec.Architecture.Feature;
import org.palimpsest.model.spec.Architecture.Norm;
import org.palimpsest.model.spec.Architecture.Placement;
import org.palimpsest.model.spec.Initialization;
import org.palimpsest.model.spec.ModelShape;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.model.spec.PositionEncoding;
import org.palimpsest.model.spec.SpecialTokens;
import org.palimpsest.model.spec.TensorSpec;
import org.palimpsest.torch.memory.NativeScope;
import org.palimpsest.torch.memory.Transfers;
import org.palimpsest.torch.memory.Weights;

/**
 * Losses and gradients, compared with an independent formulation in PyTorch 1.13; {@code
 * src/test/python/goldens.py} computed them, with the same parameters and examples.
 */
class GoldenTest {
  private static final int PAD = 1;
  private static final int START = 2;
  private static final int[][] SOURCES = {{5, 9, 17, 4, 2}, {11, 3, 2}, {20, 6, 6, 13, 8, 21, 2}};
  private static final int[][] TARGETS = {{7, 15, 2}, {4, 12, 19, 10, 22, 2}, {18, 2}};
  private static final int[] SHIFTED = {3, 0, 0};
  private static final PositionEncoding BIAS = new PositionEncoding.RelativeBias(8, 12);
  private static final Map<String, Architecture> ARCHITECTURES =
      Map.of(
          "bart",
          Architecture.BART,
          "t5",
          t5(Architecture.T5),
          "t5-v1.1",
          t5(Architecture.T5_V1_1),
          "classic",
          new Architecture(
              Norm.LAYER,
              Placement.PRE,
              new PositionEncoding.Sinusoidal(),
              Activation.RELU,
              EnumSet.of(
                  Feature.BIASES,
                  Feature.TIED_HEAD,
                  Feature.ATTENTION_SCALE,
                  Feature.EMBEDDING_SCALE),
              1e-5));

  private static Architecture t5(Architecture t5) {
    Set<Feature> features = t5.features();
    return new Architecture(
        t5.norm(), t5.placement(), BIAS, t5.activation(), features, t5.epsilon());
  }

  @ParameterizedTest
  @CsvSource({
    "bart, DOUBLE, 1e-6", "bart, FLOAT, 1e-4",
    "t5, DOUBLE, 1e-6", "t5, FLOAT, 1e-4",
    "t5-v1.1, DOUBLE, 1e-6", "t5-v1.1, FLOAT, 1e-4",
    "classic, DOUBLE, 1e-6", "classic, FLOAT, 1e-4"
  })
  void lossAndGradientsMatchPyTorch(String name, String type, double room) throws IOException {
    JsonNode golden = golden(name);
    torch.ScalarType kind =
        type.equals("DOUBLE") ? torch.ScalarType.Double : torch.ScalarType.Float;
    run(
        name,
        kind,
        new Numerics(Precision.FP32, 0, 0, Numerics.Activations.KEPT),
        (loss, gradients) -> {
          close(loss, golden.at("/plain/loss").asDouble(), room, "loss");
          gradients.forEach(
              (tensor, gradient) ->
                  assertThat(distance(gradient, golden.at("/plain/gradients").get(tensor)))
                      .as("gradient of %s", tensor)
                      .isLessThan(room));
        });
  }

  @ParameterizedTest
  @CsvSource({
    "bart, smoothed, 0.1, 0", "bart, z, 0, 0.01",
    "t5, smoothed, 0.1, 0", "t5, z, 0, 0.01",
    "t5-v1.1, smoothed, 0.1, 0", "t5-v1.1, z, 0, 0.01",
    "classic, smoothed, 0.1, 0", "classic, z, 0, 0.01"
  })
  void smoothedAndZLossesMatchPyTorch(String name, String variant, double smoothing, double zLoss)
      throws IOException {
    JsonNode golden = golden(name).get(variant);
    run(
        name,
        torch.ScalarType.Double,
        new Numerics(Precision.FP32, smoothing, zLoss, Numerics.Activations.RECOMPUTED),
        (loss, gradients) -> {
          close(loss, golden.get("loss").asDouble(), 1e-6, "loss");
          gradients.forEach(
              (tensor, gradient) ->
                  close(
                      gradient.norm().item_double(),
                      golden.get("gradient-norms").get(tensor).asDouble(),
                      1e-6,
                      "norm of the gradient of " + tensor));
        });
  }

  @ParameterizedTest
  @CsvSource({"bart", "t5", "t5-v1.1", "classic"})
  void scoresMatchPyTorch(String name) throws IOException {
    JsonNode logits = golden(name).at("/plain/logits");
    ModelSpec spec = spec(name);
    NativeScope.run(
        () -> {
          Tensor parameters = parameters(spec, torch.ScalarType.Double);
          Tensor gradients = torch.zeros_like(parameters);
          Batch batch = batch();
          try (Transformer transformer =
              new Transformer(spec, Numerics.PLAIN, parameters, gradients, 1000)) {
            int[] row = {0};
            transformer
                .slices()
                .score(
                    batch,
                    CountedRows.Scope.ALL,
                    (place, loss, best) -> {
                      double[] expected = numbers(logits.get(row[0]++));
                      close(loss, crossEntropy(expected, batch.target()[place]), 1e-6, "loss");
                      assertThat(best).as("most probable token").isEqualTo(largest(expected));
                    });
            assertThat(row[0]).as("positions").isEqualTo(logits.size());
          }
        });
  }

  private interface Check {
    void accept(double loss, Map<String, Tensor> gradients);
  }

  private static void run(String name, torch.ScalarType type, Numerics numerics, Check check) {
    ModelSpec spec = spec(name);
    NativeScope.run(
        () -> {
          Tensor parameters = parameters(spec, type);
          Tensor gradients = torch.zeros_like(parameters);
          try (Transformer transformer =
              new Transformer(spec, numerics, parameters, gradients, 1000)) {
            LossSum sum = transformer.slices().backward(batch(), new DropoutKey(1, 1, 0, 0));
            assertThat(sum.weight()).as("weight").isEqualTo(11);
            check.accept(sum.loss(), new Weights(ParameterLayout.of(spec), gradients).all());
          }
        });
  }

  private static ModelSpec spec(String name) {
    Architecture architecture = ARCHITECTURES.get(name);
    int headWidth = architecture.positions() instanceof PositionEncoding.RelativeBias ? 3 : 4;
    return new ModelSpec(
        new ModelShape(23, 8, headWidth, 12, 2, 2, 2, 16),
        architecture,
        new SpecialTokens(0, PAD, 2, START),
        0,
        new Initialization.Normal(0.02));
  }

  private static Batch batch() {
    int width = 7;
    int depth = 6;
    int[] source = new int[3 * width];
    int[] input = new int[3 * depth];
    int[] target = new int[3 * depth];
    int[] positions = new int[3 * depth];
    float[] weights = new float[3 * depth];
    for (int row = 0; row < 3; row++) {
      for (int s = 0; s < width; s++) {
        source[row * width + s] = s < SOURCES[row].length ? SOURCES[row][s] : PAD;
      }
      for (int t = 0; t < depth; t++) {
        boolean text = t < TARGETS[row].length;
        int at = row * depth + t;
        target[at] = text ? TARGETS[row][t] : PAD;
        input[at] = t == 0 ? START : t <= TARGETS[row].length ? TARGETS[row][t - 1] : PAD;
        positions[at] = SHIFTED[row] + t;
        weights[at] = text ? 1 : 0;
      }
    }
    int[] sourceLengths = {5, 3, 7};
    int[] targetLengths = {3, 6, 2};
    return new Batch(
        3,
        new Batch.EncoderSide(width, source, sourceLengths),
        new Batch.DecoderSide(
            depth, input, positions, target, targetLengths, weights, new byte[3 * depth]),
        15);
  }

  private static Tensor parameters(ModelSpec spec, torch.ScalarType type) {
    ParameterLayout layout = ParameterLayout.of(spec);
    double[] values = new double[Math.toIntExact(layout.size())];
    for (TensorSpec tensor : layout.tensors()) {
      boolean gain = tensor.isVector() && tensor.name().endsWith(".weight");
      CRC32 name = new CRC32();
      name.update(tensor.name().getBytes(StandardCharsets.UTF_8));
      for (int i = 0; i < tensor.size(); i++) {
        double number = 2 * number(name.getValue(), i);
        values[(int) tensor.offset() + i] = gain ? 1 + 0.2 * number : 0.6 * number;
      }
    }
    return Tensor.create(values).to(type);
  }

  /** A number from −½ to ½: a hash of a name's CRC-32 and an index. */
  private static double number(long start, long place) {
    long x = (start + 2654435761L * place) & 0xFFFFFFFFL;
    x = (x ^ x >>> 16) * 0x45D9F3BL & 0xFFFFFFFFL;
    x ^= x >>> 16;
    return x / 0x1p32 - 0.5;
  }

  private static JsonNode golden(String name) throws IOException {
    try (InputStream in = GoldenTest.class.getResourceAsStream("goldens/" + name + ".json")) {
      return new ObjectMapper().readTree(in);
    }
  }

  private static double[] numbers(JsonNode array) {
    double[] numbers = new double[array.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = array.get(i).asDouble();
    }
    return numbers;
  }

  /** Largest difference over largest value. */
  private static double distance(Tensor actual, JsonNode expected) {
    double[] truth = numbers(expected);
    double[] values = new Transfers().doubles(actual);
    assertThat(values).as("size").hasSameSizeAs(truth);
    double largest = 1e-2; // the gradient of the keys' biases is rounding error only
    double difference = 0;
    for (int i = 0; i < truth.length; i++) {
      largest = Math.max(largest, Math.abs(truth[i]));
      difference = Math.max(difference, Math.abs(truth[i] - values[i]));
    }
    return difference / largest;
  }

  private static void close(double actual, double expected, double room, String what) {
    double scale = Math.max(1e-2, Math.abs(expected));
    assertThat(actual).as(what).isCloseTo(expected, within(room * scale));
  }

  private static double crossEntropy(double[] logits, int truth) {
    double sum = 0;
    for (double logit : logits) {
      sum += Math.exp(logit);
    }
    return Math.log(sum) - logits[truth];
  }

  private static int largest(double[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      best = values[i] > values[best] ? i : best;
    }
    return best;
  }
}
