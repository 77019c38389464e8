package org.palimpsest.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.palimpsest.model.DecodingOptions;
import org.palimpsest.model.Device;
import org.palimpsest.model.DropoutKey;
import org.palimpsest.model.Engine;
import org.palimpsest.model.LossSum;
import org.palimpsest.model.Precision;
import org.palimpsest.model.Replica;
import org.palimpsest.model.ReplicaOptions;
import org.palimpsest.model.Sampling;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.model.contract.DecidedModels;
import org.palimpsest.model.contract.Examples;
import org.palimpsest.model.optimizer.OptimizerSpec;
import org.palimpsest.model.spec.Architecture;
import org.palimpsest.model.spec.Architecture.Feature;
import org.palimpsest.model.spec.Initialization;
import org.palimpsest.model.spec.ModelShape;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.model.spec.PositionEncoding;
import org.palimpsest.model.spec.TensorSpec;

/** Both engines compute the same results from the same parameters. */
@Tag("slow")
class AgainstTorchTest {
  private static final ModelSpec SPEC = new ModelSpec(50, 16, 32, 2, 2, 2, 32, 0, 0, 1, 2, 2);
  private static final OptimizerSpec ADAM = new OptimizerSpec.AdamW(0.9, 0.98, 1e-8, 0.01);
  private static final DropoutKey KEY = new DropoutKey(1, 2, 3, 4);

  private static Replica replica(String engine, ModelSpec spec) {
    return replica(engine, spec, ADAM);
  }

  private static Replica replica(String engine, ModelSpec spec, OptimizerSpec optimizer) {
    return Engine.named(engine)
        .createReplica(spec, new ReplicaOptions(Device.CPU, 1, optimizer, 7));
  }

  static Stream<ModelSpec> models() {
    ModelSpec t5 = SPEC.with(Initialization.T5.PUBLISHED);
    return Stream.of(
        SPEC,
        t5.with(Architecture.T5),
        t5.with(Architecture.T5_V1_1).with(new ModelShape(50, 16, 6, 32, 2, 2, 1, 32)),
        SPEC.with(
            new Architecture(
                Architecture.Norm.LAYER,
                Architecture.Placement.PRE,
                new PositionEncoding.Sinusoidal(),
                Architecture.Activation.RELU,
                EnumSet.of(Feature.BIASES, Feature.EMBEDDING_SCALE, Feature.ATTENTION_SCALE),
                1e-5)));
  }

  @ParameterizedTest
  @MethodSource("models")
  void lossAndGradientsAgree(ModelSpec spec) {
    agree(spec, Examples.batch(spec, new Random(5), 9), 1e-4);
  }

  @ParameterizedTest
  @MethodSource("models")
  void lossAndGradientsAgreeWithWeightsAndPositions(ModelSpec spec) {
    agree(spec, Examples.weighted(Examples.batch(spec, new Random(6), 9)), 1e-4);
  }

  @Test
  void lossAndGradientsAgreeWithDropout() {
    ModelSpec noisy = SPEC.withDropout(0.2);
    agree(noisy, Examples.batch(noisy, new Random(7), 9), 1e-4);
  }

  static Stream<OptimizerSpec> optimizers() {
    return Stream.of(
        new OptimizerSpec.Sgd(),
        ADAM,
        new OptimizerSpec.RmsAdamW(0.9, 0.98, 1e-8, 0.01, 1e-3),
        new OptimizerSpec.Adafactor(0.8, 1e-30, 1e-3, 1, 0.01),
        new OptimizerSpec.Muon(0.95, 0.2, 3, new OptimizerSpec.AdamW(0.9, 0.98, 1e-8, 0.01)),
        new OptimizerSpec.Muon(0.95, 0.2, 5, new OptimizerSpec.AdamW(0.9, 0.98, 1e-8, 0.01)));
  }

  /** Five updates with the same gradients. */
  @ParameterizedTest
  @MethodSource("optimizers")
  void optimizersAgree(OptimizerSpec optimizer) {
    try (Replica torch = replica("torch", SPEC, optimizer);
        Replica dl4j = replica("dl4j", SPEC, optimizer)) {
      widen(torch, dl4j);
      Random random = new Random(3);
      float[] gradients = new float[(int) dl4j.gradients().size()];
      for (int step = 0; step < 5; step++) {
        for (int i = 0; i < gradients.length; i++) {
          gradients[i] = (float) (0.01 * random.nextGaussian());
        }
        for (Replica each : List.of(torch, dl4j)) {
          each.gradients().write(0, gradients, 0, gradients.length);
          each.update(1e-2);
        }
      }
      near(dl4j.parameters().toArray(), torch.parameters().toArray(), "parameter");
      near(dl4j.optimizerState().toArray(), torch.optimizerState().toArray(), "state");
      assertThat(dl4j.gradientNorm())
          .as("gradient norm")
          .isCloseTo(torch.gradientNorm(), within(1e-5));
    }
  }

  private static void near(float[] actual, float[] expected, String what) {
    assertThat(actual).as(what).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      assertThat(actual[i]).as("%s %d", what, i).isCloseTo(expected[i], within(2e-6f));
    }
  }

  /** 200 updates from the same parameters on the same batches, without dropout. */
  @ParameterizedTest
  @MethodSource("models")
  void lossesStayCloseDuringTraining(ModelSpec spec) {
    try (Replica torch = replica("torch", spec);
        Replica dl4j = replica("dl4j", spec)) {
      Random random = new Random(9);
      for (int step = 0; step < 200; step++) {
        Batch batch = Examples.even(spec, random, 8, 12, 14);
        double expected = update(torch, batch);
        double actual = update(dl4j, batch);
        assertThat(actual).as("loss of step %d", step).isCloseTo(expected, withinPercentage(0.1));
      }
    }
  }

  private static double update(Replica replica, Batch batch) {
    replica.zeroGradients();
    LossSum sum = replica.backward(batch, KEY);
    replica.scaleGradients(1 / sum.weight());
    replica.update(1e-3);
    return sum.mean();
  }

  private static void agree(ModelSpec spec, Batch batch, double room) {
    try (Replica torch = replica("torch", spec);
        Replica dl4j = replica("dl4j", spec)) {
      assertThat(dl4j.parameters().toArray())
          .as("initial parameters")
          .isEqualTo(torch.parameters().toArray());
      widen(torch, dl4j);
      LossSum expected = torch.backward(batch, KEY);
      LossSum actual = dl4j.backward(batch, KEY);
      assertThat(actual.loss())
          .as("loss")
          .isCloseTo(expected.loss(), within(1e-5 * expected.loss()));
      assertThat(actual.weight()).as("weight").isEqualTo(expected.weight());
      assertThat(dl4j.loss(batch).loss())
          .as("loss without dropout")
          .isCloseTo(torch.loss(batch).loss(), within(1e-5 * expected.loss()));
      float[] truth = torch.gradients().toArray();
      float[] found = dl4j.gradients().toArray();
      for (TensorSpec tensor : ParameterLayout.of(spec).tensors()) {
        assertThat(distance(tensor, found, truth)).as(tensor.name()).isLessThan(room);
      }
    }
  }

  /** Enlarges the initial parameters, so that attention is not flat. */
  private static void widen(Replica torch, Replica dl4j) {
    float[] values = torch.parameters().toArray();
    Random random = new Random(17);
    for (int i = 0; i < values.length; i++) {
      values[i] += 0.3f * (float) random.nextGaussian();
    }
    torch.parameters().write(0, values, 0, values.length);
    dl4j.parameters().write(0, values, 0, values.length);
  }

  /**
   * Largest difference over largest value; the gradient of the keys' biases is rounding error only.
   */
  private static double distance(TensorSpec tensor, float[] found, float[] truth) {
    double difference = 0;
    double largest = 1e-1;
    for (int i = (int) tensor.offset(); i < tensor.end(); i++) {
      difference = Math.max(difference, Math.abs(found[i] - truth[i]));
      largest = Math.max(largest, Math.abs(truth[i]));
    }
    return difference / largest;
  }

  @Test
  void decodingAgrees() {
    try (Replica ours =
            DecidedModels.replica(new Dl4jEngine(), DecidedModels.SPEC, Precision.FP32);
        Replica theirs =
            DecidedModels.replica(Engine.named("torch"), DecidedModels.SPEC, Precision.FP32)) {
      for (DecodingOptions options :
          List.of(
              new DecodingOptions(8, 3, 1),
              new DecodingOptions(8, 2, 0.5),
              DecodingOptions.sampled(8, new Sampling(1.2, 5, 0.9, 3)),
              DecodingOptions.greedy(8))) {
        assertThat(ours.decoder().generate(DecidedModels.sources(), options))
            .as("texts by %s", options)
            .usingRecursiveComparison()
            .isEqualTo(theirs.decoder().generate(DecidedModels.sources(), options));
      }
    }
  }
}
