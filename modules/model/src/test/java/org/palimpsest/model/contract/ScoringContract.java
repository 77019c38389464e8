package org.palimpsest.model.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.Device;
import org.palimpsest.model.Engine;
import org.palimpsest.model.Replica;
import org.palimpsest.model.ReplicaOptions;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.model.optimizer.OptimizerSpec;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.objective.DenoisingExample;

/** Tests of an engine's scores. */
public abstract class ScoringContract {
  private static final ModelSpec SPEC = Specs.named("bart");

  private final Engine engine;

  /** Scores with an engine. */
  protected ScoringContract(Engine engine) {
    this.engine = engine;
  }

  private Replica replica(ModelSpec spec) {
    return engine.createReplica(
        spec, new ReplicaOptions(Device.CPU, 1, new OptimizerSpec.Sgd(), 7));
  }

  static List<String> all() {
    return Specs.names();
  }

  @Test
  void scoresDoNotDependOnOtherExamples() {
    Random random = new Random(5);
    DenoisingExample small = Examples.example(SPEC, random, 4, 5);
    DenoisingExample large = Examples.example(SPEC, random, 17, 19);
    try (Replica replica = replica(SPEC)) {
      Replica.Scores alone = replica.score(Batch.of(List.of(small), 1));
      Replica.Scores together = replica.score(Batch.of(List.of(small, large), 1));
      for (int t = 0; t < 5; t++) {
        assertThat(together.loss()[t])
            .as("loss at %d", t)
            .isCloseTo(alone.loss()[t], within(1e-5f));
        assertThat(together.predicted()[t]).as("predicted").isEqualTo(alone.predicted()[t]);
      }
      assertThat(together.loss()[5]).as("loss of padding").isZero();
      assertThat(together.predicted()[18]).as("prediction at padding").isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void laterTargetsDoNotAffectEarlierScores(String name) {
    ModelSpec spec = Specs.named(name);
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

  @ParameterizedTest
  @MethodSource("all")
  void embeddingsDoNotDependOnOtherSources(String name) {
    ModelSpec spec = Specs.named(name);
    List<int[]> sources = List.of(new int[] {4, 9, 2}, new int[] {7}, new int[] {3, 4, 5, 6, 7, 2});
    try (Replica replica = replica(spec)) {
      List<float[]> together = replica.embeddings(sources);
      assertThat(together).as("embeddings").hasSize(3);
      for (int i = 0; i < sources.size(); i++) {
        float[] alone = replica.embeddings(List.of(sources.get(i))).get(0);
        assertThat(alone).as("embedding %d", i).hasSize(spec.width());
        for (int k = 0; k < alone.length; k++) {
          assertThat(together.get(i)[k]).as("embedding %d", i).isCloseTo(alone[k], within(1e-5f));
        }
      }
      assertThat(together.get(0)).as("other texts").isNotEqualTo(together.get(1));
    }
  }

  @Test
  void manySourcesAreEncodedInGroups() {
    List<int[]> sources = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      int[] source = new int[32];
      Arrays.setAll(source, t -> 3 + (t * 7) % 40);
      source[0] = 3 + i % 40;
      sources.add(source);
    }
    try (Replica replica = replica(SPEC)) {
      List<float[]> all = replica.embeddings(sources);
      assertThat(all).as("embeddings").hasSize(300);
      float[] last = replica.embeddings(sources.subList(299, 300)).get(0);
      for (int k = 0; k < last.length; k++) {
        assertThat(all.get(299)[k]).as("last embedding").isCloseTo(last[k], within(1e-5f));
      }
    }
  }

  @Test
  void textsThatHaveNoEmbeddingAreRefused() {
    try (Replica replica = replica(SPEC)) {
      assertThatThrownBy(() -> replica.embeddings(List.of(new int[0])))
          .isInstanceOf(PalimpsestException.class)
          .hasMessage("A text without tokens has no mean: leave it out.");
      assertThatThrownBy(() -> replica.embeddings(List.of(new int[33])))
          .isInstanceOf(PalimpsestException.class)
          .hasMessage(
              "A text of 33 tokens is longer than the 32 positions of the model: shorten it.");
    }
  }

  @Test
  void scoresAddUpToTheLoss() {
    Batch batch = Examples.weighted(Examples.batch(SPEC, new Random(7), 5));
    try (Replica replica = replica(SPEC)) {
      float[] each = replica.score(batch).loss();
      double sum = 0;
      for (int i = 0; i < each.length; i++) {
        sum += batch.lossWeights()[i] * each[i];
      }
      assertThat(replica.loss(batch).loss()).as("loss").isCloseTo(sum, within(1e-3));
    }
  }

  @Test
  void improbableTokensHaveAFiniteLoss() {
    Batch batch = Examples.even(SPEC, new Random(8), 1, 4, 4);
    try (Replica replica = replica(SPEC)) {
      float[] parameters = replica.parameters().toArray();
      for (int i = 0; i < SPEC.vocabulary() * SPEC.width(); i++) {
        parameters[i] *= 3000;
      }
      replica.parameters().write(0, parameters, 0, parameters.length);
      float[] losses = replica.score(batch).loss();
      assertThat(losses).as("losses").doesNotContain(Float.POSITIVE_INFINITY, Float.NaN);
      float largest = 0;
      for (float loss : losses) {
        largest = Math.max(largest, loss);
      }
      assertThat(largest).as("largest loss").isGreaterThan(88);
    }
  }

  @Test
  void refusesASequenceLongerThanThePositions() {
    Batch batch = Examples.even(SPEC, new Random(11), 1, 33, 4);
    try (Replica replica = replica(SPEC)) {
      assertThatThrownBy(() -> replica.loss(batch))
          .isInstanceOf(PalimpsestException.class)
          .hasMessage(
              "A sequence reaches position 32, but the model has only 32: raise model.positions or"
                  + " shorten the blocks.");
    }
  }

  @Test
  void refusesATokenOutsideTheVocabularyOfTheModel() {
    Batch batch = Examples.even(SPEC, new Random(11), 1, 3, 4);
    batch.source()[1] = 50;
    try (Replica replica = replica(SPEC)) {
      assertThatThrownBy(() -> replica.loss(batch))
          .isInstanceOf(PalimpsestException.class)
          .hasMessage(
              "Token 50 is not in the model's vocabulary of 50 tokens: use the tokenizer that the"
                  + " model was trained with.");
    }
  }
}
