package org.palimpsest.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.palimpsest.model.Device;
import org.palimpsest.model.ModelPreset;
import org.palimpsest.model.ModelShape;
import org.palimpsest.model.ModelSpec;
import org.palimpsest.model.OptimizerSpec;
import org.palimpsest.model.Replica;
import org.palimpsest.model.ReplicaOptions;
import org.palimpsest.objective.Vocabulary;

/**
 * A model that knows nothing is about as surprised by any token as by any other. Not so the large
 * models with a tied head and published initial weights: what they read still shows in what leaves
 * the last layer, so that they begin by repeating the token before.
 */
class InitialLossTest {
  private static final int ENTRIES = 6000;

  @ParameterizedTest
  @EnumSource(
      value = ModelPreset.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"BART_BASE", "BART_LARGE", "MASS_BASE", "T5_SMALL", "T5_BASE"})
  void aPresetBeginsAtTheLogarithmOfItsVocabulary(ModelPreset preset) {
    ModelSpec full = preset.spec(Vocabulary.standard(ENTRIES, 100));
    ModelShape shape = full.shape();
    ModelSpec shallow =
        full.with(
            new ModelShape(
                ENTRIES,
                shape.width(),
                shape.headWidth(),
                shape.feedForward(),
                shape.heads(),
                2,
                2,
                64));
    ReplicaOptions options = new ReplicaOptions(Device.CPU, 1, new OptimizerSpec.Sgd(), 7);
    try (Replica replica = new TorchEngine().createReplica(shallow, options)) {
      double loss = replica.loss(Examples.even(shallow, new Random(1), 4, 50, 60)).mean();
      assertThat(loss)
          .as("initial loss")
          .isBetween(Math.log(ENTRIES) - 0.1, Math.log(ENTRIES) + 1.2);
    }
  }
}
