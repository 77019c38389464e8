package org.palimpsest.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.palimpsest.model.Architecture;
import org.palimpsest.model.Batch;
import org.palimpsest.model.Device;
import org.palimpsest.model.Engine;
import org.palimpsest.model.Initialisation;
import org.palimpsest.model.LossSum;
import org.palimpsest.model.ModelSpec;
import org.palimpsest.model.NoiseKey;
import org.palimpsest.model.Numerics;
import org.palimpsest.model.OptimizerSpec;
import org.palimpsest.model.Precision;
import org.palimpsest.model.Replica;
import org.palimpsest.model.ReplicaOptions;
import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.objective.PalimpsestException;

class Dl4jReplicaTest {
  private static final ModelSpec SPEC = new ModelSpec(50, 16, 32, 2, 2, 2, 32, 0, 0, 1, 2, 2);
  private static final ModelSpec NOISY = SPEC.withDropout(0.1);
  private static final OptimizerSpec ADAM = new OptimizerSpec.AdamW(0.9, 0.98, 1e-8, 0.01);
  private static final NoiseKey KEY = new NoiseKey(1, 2, 3, 4);

  static List<ModelSpec> models() {
    ModelSpec t5 = SPEC.with(Initialisation.T5.PUBLISHED);
    return List.of(SPEC, t5.with(Architecture.T5), t5.with(Architecture.T5_V1_1));
  }

  private static Replica replica(ModelSpec spec) {
    return replica(spec, ADAM);
  }

  private static Replica replica(ModelSpec spec, OptimizerSpec optimizer) {
    return Engine.named("dl4j")
        .createReplica(spec, new ReplicaOptions(Device.CPU, 1, optimizer, 7));
  }

  @Test
  void autoPrefersTheFasterEngine() {
    assertThat(Engine.named("auto").name()).as("engine").isEqualTo("torch");
  }

  @ParameterizedTest
  @MethodSource("models")
  void aToyBatchIsLearntByHeart(ModelSpec spec) {
    try (Replica replica = replica(spec.withDropout(0.1))) {
      Batch batch = Examples.batch(spec, new Random(3), 4);
      train(replica, batch, 0, 200);
      assertThat(replica.loss(batch).mean()).as("loss after 200 steps").isLessThan(0.5);
    }
  }

  private static void train(Replica replica, Batch batch, int from, int to) {
    for (int step = from; step < to; step++) {
      replica.zeroGradients();
      LossSum sum = replica.backward(batch, new NoiseKey(1, step, 0, 0));
      replica.scaleGradients(1 / sum.weight());
      replica.update(5e-3);
    }
  }

  @Test
  void aRestoredReplicaGoesOnToTheByte() {
    Batch batch = Examples.batch(NOISY, new Random(3), 4);
    try (Replica undisturbed = replica(NOISY);
        Replica first = replica(NOISY);
        Replica second = replica(NOISY)) {
      train(undisturbed, batch, 0, 20);
      train(first, batch, 0, 9);
      float[] parameters = first.parameters().toArray();
      float[] state = first.optimizerState().toArray();
      second.parameters().write(0, parameters, 0, parameters.length);
      second.optimizerState().write(0, state, 0, state.length);
      second.restoreUpdates(first.updates());
      train(second, batch, 9, 20);
      assertThat(second.parameters().toArray())
          .as("parameters")
          .isEqualTo(undisturbed.parameters().toArray());
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void microBatchesAddUpToTheWholeBatch(ModelSpec spec) {
    List<DenoisingExample> examples = Examples.list(spec, new Random(4), 8);
    try (Replica replica = replica(spec)) {
      LossSum whole = replica.backward(Batch.of(examples, 1), KEY);
      float[] expected = replica.gradients().toArray();
      replica.zeroGradients();
      LossSum first = replica.backward(Batch.of(examples.subList(0, 3), 1), KEY);
      LossSum both = first.plus(replica.backward(Batch.of(examples.subList(3, 8), 1), KEY));
      assertThat(both.weight()).as("weight").isEqualTo(whole.weight());
      assertThat(both.loss()).as("loss").isCloseTo(whole.loss(), within(1e-3));
      agree(replica.gradients().toArray(), expected);
    }
  }

  private static void agree(float[] actual, float[] expected) {
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i])
          .as("gradient %d", i)
          .isCloseTo(expected[i], within(2e-3f * Math.max(1, Math.abs(expected[i]))));
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void packedExamplesDoNotSeeEachOther(ModelSpec spec) {
    List<DenoisingExample> examples = Examples.list(spec, new Random(14), 9);
    Batch apart = Batch.of(examples, spec.pad());
    Batch packed = Batch.packed(examples, spec.pad(), 24, 24);
    assertThat(packed.isPacked()).as("packed").isTrue();
    try (Replica replica = replica(spec)) {
      LossSum expected = replica.backward(apart, KEY);
      float[] gradients = replica.gradients().toArray();
      replica.zeroGradients();
      LossSum actual = replica.backward(packed, KEY);
      assertThat(actual.loss()).as("loss").isCloseTo(expected.loss(), within(1e-3));
      agree(replica.gradients().toArray(), gradients);
    }
  }

  @Test
  void anExampleScoresTheSameAloneAndBesideLongerOnes() {
    Random random = new Random(5);
    DenoisingExample small = Examples.example(SPEC, random, 4, 5);
    DenoisingExample large = Examples.example(SPEC, random, 17, 19);
    try (Replica replica = replica(SPEC)) {
      Replica.Scores alone = replica.score(Batch.of(List.of(small), 1));
      Replica.Scores beside = replica.score(Batch.of(List.of(small, large), 1));
      for (int t = 0; t < 5; t++) {
        assertThat(beside.loss()[t]).as("loss at %d", t).isCloseTo(alone.loss()[t], within(1e-5f));
        assertThat(beside.predicted()[t]).as("predicted").isEqualTo(alone.predicted()[t]);
      }
      assertThat(beside.loss()[5]).as("loss of padding").isZero();
      assertThat(beside.predicted()[18]).as("prediction at padding").isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void laterTargetsDoNotShowBefore(ModelSpec spec) {
    DenoisingExample example = Examples.example(spec, new Random(6), 7, 10);
    DenoisingExample other = example.copy();
    for (int t = 6; t < 10; t++) {
      other.decoderInput()[t] = 3 + (example.decoderInput()[t] + 1) % 40;
    }
    try (Replica replica = replica(spec)) {
      float[] one = replica.score(Batch.of(List.of(example), 1)).loss();
      float[] two = replica.score(Batch.of(List.of(other), 1)).loss();
      for (int t = 0; t < 6; t++) {
        assertThat(two[t]).as("loss at %d", t).isEqualTo(one[t]);
      }
      assertThat(two[9]).as("loss at 9").isNotEqualTo(one[9]);
    }
  }

  @Test
  void anEmptySourceIsNoReasonForNaN() {
    Random random = new Random(12);
    DenoisingExample empty = Examples.example(NOISY, random, 0, 5);
    DenoisingExample full = Examples.example(NOISY, random, 6, 5);
    try (Replica replica = replica(NOISY)) {
      for (List<DenoisingExample> examples : List.of(List.of(empty, full), List.of(empty))) {
        assertThat(replica.backward(Batch.of(examples, 1), KEY).mean())
            .as("loss")
            .isBetween(3.0, 6.0);
        assertThat(replica.gradientNorm()).as("gradient norm").isBetween(1e-3, 1e3);
      }
    }
  }

  @Test
  void aBatchWithoutCountedTargetsHasNoLossAndNoGradient() {
    Batch batch = Examples.batch(SPEC, new Random(9), 2);
    Arrays.fill(batch.lossWeights(), 0);
    try (Replica replica = replica(SPEC)) {
      assertThat(replica.backward(batch, KEY)).as("loss").isEqualTo(LossSum.ZERO);
      assertThat(replica.gradientNorm()).as("gradient norm").isZero();
    }
  }

  @Test
  void replicasSideBySideComputeTheSameBytesAsOneAlone() throws Exception {
    List<float[]> results = new ArrayList<>();
    results.add(trained());
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<Future<float[]>> futures = new ArrayList<>();
      futures.add(threads.submit(Dl4jReplicaTest::trained));
      futures.add(threads.submit(Dl4jReplicaTest::trained));
      for (Future<float[]> future : futures) {
        results.add(future.get());
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(results.get(1)).as("parameters in a thread").isEqualTo(results.get(0));
    assertThat(results.get(2)).as("parameters in another").isEqualTo(results.get(0));
  }

  private static float[] trained() {
    try (Replica replica = replica(NOISY)) {
      train(replica, Examples.batch(NOISY, new Random(11), 6), 0, 15);
      return replica.parameters().toArray();
    }
  }

  @Test
  void dropoutFollowsItsKey() {
    Batch batch = Examples.batch(NOISY, new Random(10), 4);
    try (Replica replica = replica(NOISY)) {
      double loss = replica.backward(batch, KEY).loss();
      assertThat(replica.backward(batch, KEY).loss()).as("same key").isEqualTo(loss);
      NoiseKey other = new NoiseKey(1, 2, 3, 5);
      assertThat(replica.backward(batch, other).loss()).as("other key").isNotEqualTo(loss);
    }
  }

  @Test
  void badBatchesAreRefusedInOneSentence() {
    Batch batch = Examples.even(SPEC, new Random(11), 1, 3, 4);
    Batch wrong =
        new Batch(
            1,
            4,
            4,
            batch.source(),
            batch.sourceLengths(),
            batch.decoderInput(),
            null,
            batch.target(),
            batch.targetLengths(),
            batch.lossWeights(),
            batch.roles(),
            3);
    try (Replica replica = replica(SPEC)) {
      assertThatThrownBy(() -> replica.loss(wrong))
          .isInstanceOf(PalimpsestException.class)
          .hasMessage(
              "The batch's source has 3 elements where its rows and lengths make 4: give all arrays"
                  + " of a batch the same rows and lengths.");
      batch.source()[1] = 50;
      assertThatThrownBy(() -> replica.loss(batch))
          .isInstanceOf(PalimpsestException.class)
          .hasMessage(
              "Token 50 is not among the model's 50: use the tokenizer that the model was made"
                  + " for.");
      Batch tooLong = Examples.even(SPEC, new Random(11), 1, 33, 4);
      assertThatThrownBy(() -> replica.loss(tooLong))
          .isInstanceOf(PalimpsestException.class)
          .hasMessage(
              "A sequence reaches position 32, but the model has only 32: raise model.positions or"
                  + " shorten the blocks.");
    }
  }

  @Test
  void whatTheEngineCannotDoIsRefusedInOneSentence() {
    Engine engine = new Dl4jEngine();
    ReplicaOptions card = new ReplicaOptions(Device.parse("cuda"), 1, ADAM, 7);
    assertThatThrownBy(() -> engine.createReplica(SPEC, card))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "The engine dl4j computes on the CPU only: set training.device = cpu, or engine ="
                + " torch.");
    Numerics half = new Numerics(Precision.BF16, 0, 0, Numerics.Activations.KEPT);
    assertThatThrownBy(
            () -> engine.createReplica(SPEC, new ReplicaOptions(Device.CPU, 1, ADAM, 7, half)))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "The engine dl4j computes in fp32 only: set training.precision = fp32, or engine ="
                + " torch.");
    Numerics again = new Numerics(Precision.FP32, 0, 0, Numerics.Activations.RECOMPUTED);
    assertThatThrownBy(
            () -> engine.createReplica(SPEC, new ReplicaOptions(Device.CPU, 1, ADAM, 7, again)))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "The engine dl4j keeps all activations: set training.activation-checkpointing = false,"
                + " or engine = torch.");
  }
}
