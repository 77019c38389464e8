package org.palimpsest.model.contract;

import static org.assertj.core.api.Assertions.assertThat;
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
import org.palimpsest.model.Device;
import org.palimpsest.model.DropoutKey;
import org.palimpsest.model.Engine;
import org.palimpsest.model.LossSum;
import org.palimpsest.model.Replica;
import org.palimpsest.model.ReplicaOptions;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.model.optimizer.OptimizerSpec;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.objective.DenoisingExample;

/** Tests of training with an engine's replica. */
public abstract class ReplicaContract {
  private static final ModelSpec SPEC = Specs.named("bart");
  private static final ModelSpec NOISY = SPEC.withDropout(0.1);
  private static final OptimizerSpec ADAM = new OptimizerSpec.AdamW(0.9, 0.98, 1e-8, 0.01);
  private static final DropoutKey KEY = new DropoutKey(1, 2, 3, 4);

  private final Engine engine;

  /** Computes with an engine. */
  protected ReplicaContract(Engine engine) {
    this.engine = engine;
  }

  private Replica replica(ModelSpec spec) {
    return engine.createReplica(spec, new ReplicaOptions(Device.CPU, 1, ADAM, 7));
  }

  static List<String> published() {
    return Specs.published();
  }

  static List<String> all() {
    return Specs.names();
  }

  @ParameterizedTest
  @MethodSource("published")
  void memorizesAToyBatch(String name) {
    ModelSpec spec = Specs.named(name).withDropout(0.1);
    try (Replica replica = replica(spec)) {
      Batch batch = Examples.batch(spec, new Random(3), 4);
      train(replica, batch, 0, 300);
      assertThat(replica.loss(batch).mean()).as("loss after 300 steps").isLessThan(0.6);
    }
  }

  @Test
  void initialLossIsTheLogarithmOfTheVocabulary() {
    ModelSpec spec = new ModelSpec(4000, 128, 512, 4, 2, 2, 128, 0.1, 0, 1, 2, 2);
    try (Replica replica = replica(spec)) {
      double loss = replica.loss(Examples.even(spec, new Random(1), 4, 55, 66)).mean();
      assertThat(loss).as("initial loss").isBetween(Math.log(4000) - 0.1, Math.log(4000) + 1.2);
    }
  }

  @Test
  void emptySourceGivesFiniteLoss() {
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

  private static void train(Replica replica, Batch batch, int from, int to) {
    for (int step = from; step < to; step++) {
      replica.zeroGradients();
      LossSum sum = replica.backward(batch, new DropoutKey(1, step, 0, 0));
      replica.scaleGradients(1 / sum.weight());
      replica.update(5e-3);
    }
  }

  @Test
  void restoredReplicaContinuesBitwise() {
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
  @MethodSource("published")
  void everyGradientIsToldOnceWhenItIsComplete(String name) {
    ModelSpec spec = Specs.named(name);
    Batch batch = Examples.batch(spec, new Random(4), 5);
    try (Replica replica = replica(spec)) {
      float[] told = new float[(int) replica.gradients().size()];
      List<Long> sizes = new ArrayList<>();
      replica.backward(
          List.of(batch, batch),
          unused -> KEY,
          part -> {
            part.read(0, told, (int) part.from(), (int) part.size());
            sizes.add(part.size());
          });
      assertThat(sizes.stream().mapToLong(size -> size).sum()).isEqualTo(told.length);
      assertThat(replica.gradients().toArray()).as("gradients").isEqualTo(told);
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void microBatchesAddUpToTheBatch(String name) {
    List<DenoisingExample> examples = Examples.list(Specs.named(name), new Random(4), 8);
    try (Replica replica = replica(Specs.named(name))) {
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
  @MethodSource("all")
  void packedExamplesAreIndependent(String name) {
    ModelSpec spec = Specs.named(name);
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
  void batchWithoutCountedTargetsHasNoLossAndNoGradient() {
    Batch batch = Examples.batch(SPEC, new Random(9), 2);
    Arrays.fill(batch.lossWeights(), 0);
    try (Replica replica = replica(SPEC)) {
      assertThat(replica.backward(batch, KEY)).as("loss").isEqualTo(LossSum.ZERO);
      assertThat(replica.gradientNorm()).as("gradient norm").isZero();
    }
  }

  @Test
  void concurrentReplicasComputeTheSameBytes() throws Exception {
    List<float[]> results = new ArrayList<>();
    results.add(trained(11));
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<Future<float[]>> futures = new ArrayList<>();
      futures.add(threads.submit(() -> trained(11)));
      futures.add(threads.submit(() -> trained(11)));
      for (Future<float[]> future : futures) {
        results.add(future.get());
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(results.get(1)).as("parameters in a thread").isEqualTo(results.get(0));
    assertThat(results.get(2)).as("parameters in another").isEqualTo(results.get(0));
    assertThat(trained(12)).as("parameters from other batches").isNotEqualTo(results.get(0));
  }

  private float[] trained(long seed) {
    try (Replica replica = replica(NOISY)) {
      Random random = new Random(seed);
      for (int step = 0; step < 15; step++) {
        replica.zeroGradients();
        LossSum sum =
            replica.backward(Examples.batch(NOISY, random, 6), new DropoutKey(1, step, 0, 0));
        replica.scaleGradients(1 / sum.weight());
        replica.update(1e-3);
      }
      return replica.parameters().toArray();
    }
  }

  @Test
  void dropoutDependsOnItsKeyOnly() {
    Batch batch = Examples.batch(NOISY, new Random(10), 4);
    try (Replica replica = replica(NOISY)) {
      double loss = replica.backward(batch, KEY).loss();
      assertThat(replica.backward(batch, KEY).loss()).as("same key").isEqualTo(loss);
      for (DropoutKey other :
          List.of(
              new DropoutKey(0, 2, 3, 4),
              new DropoutKey(1, 0, 3, 4),
              new DropoutKey(1, 2, 0, 4),
              new DropoutKey(1, 2, 3, 0))) {
        assertThat(replica.backward(batch, other).loss())
            .as("loss of %s", other)
            .isNotEqualTo(loss);
      }
    }
  }
}
