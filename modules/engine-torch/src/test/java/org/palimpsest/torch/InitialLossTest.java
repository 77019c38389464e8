package org.palimpsest.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.palimpsest.model.Device;
import org.palimpsest.model.Replica;
import org.palimpsest.model.ReplicaOptions;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.model.contract.Examples;
import org.palimpsest.model.optimizer.OptimizerSpec;
import org.palimpsest.model.spec.Architecture;
import org.palimpsest.model.spec.ModelPreset;
import org.palimpsest.model.spec.ModelShape;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.objective.Vocabulary;

/**
 * An untrained model guesses among all tokens: its loss is about ln V. A much larger loss is an
 * error of the initialization, as when an untied head of T5 starts with deviation 1.
 */
@Tag("slow")
class InitialLossTest {
  private static final int LAYERS = 2;

  @ParameterizedTest
  @EnumSource(ModelPreset.class)
  void initialLossIsAboutTheLogarithmOfTheVocabulary(ModelPreset preset) {
    ModelSpec spec = shallow(preset.spec(Vocabulary.standard(4000, 0)));
    Batch batch = Examples.even(spec, new Random(1), 4, 24, 24);
    ReplicaOptions options = new ReplicaOptions(Device.CPU, 1, new OptimizerSpec.Sgd(), 5);
    double loss;
    try (Replica replica = new TorchEngine().createReplica(spec, options)) {
      loss = replica.loss(batch).mean();
    }

    double guess = Math.log(spec.vocabulary());
    assertThat(loss).as(preset.presetName()).isBetween(guess - 0.1, guess + 1.2);
  }

  /**
   * The decoder of a T5 with a tied head keeps its depth: in a shallow decoder, the input reaches
   * the output and meets its own row in the head.
   */
  private static ModelSpec shallow(ModelSpec spec) {
    int deepest = spec.has(Architecture.Feature.HEAD_SCALE) ? Integer.MAX_VALUE : LAYERS;
    return spec.with(
        new ModelShape(
            spec.vocabulary(),
            spec.width(),
            spec.headWidth(),
            spec.feedForward(),
            spec.heads(),
            Math.min(LAYERS, spec.encoderLayers()),
            Math.min(deepest, spec.decoderLayers()),
            spec.positions()));
  }
}
