package org.palimpsest.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.read.WorkerSlice;
import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.training.config.Recipe;

class LostWeightTest {
  private static LostWeight of(String... settings) {
    return LostWeight.from(Recipe.defaults().with(settings));
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "25, 2", "50, 3", "100, 5", "1000, 5"})
  void changesLinearlyUntilTheRunEnds(long step, float expected) {
    LostWeight weight =
        of("training{steps=100,lost-weight=5,initial-lost-weight=1}", "schedule.total-steps=null");
    assertThat(weight.at(step)).isEqualTo(expected);
  }

  @Test
  void changesAsLongAsTheSchedule() {
    LostWeight weight =
        of("training{steps=10,lost-weight=2,initial-lost-weight=4}", "schedule.total-steps=40");
    assertThat(weight.at(10)).isEqualTo(3.5f);
  }

  @Test
  void isConstantByDefault() {
    LostWeight weight = of("training.lost-weight=2.5");
    assertThat(weight.at(0)).isEqualTo(2.5f);
    assertThat(weight.at(77)).isEqualTo(2.5f);
  }

  @Test
  void refusesAWeightOfZero() {
    assertThatThrownBy(() -> of("training.initial-lost-weight=0"))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage("training.initial-lost-weight is 0, but must be a number above 0.");
  }

  @Test
  void aWorkerThatBeginsLaterUsesTheWeightOfItsStep() {
    BatchSettings settings =
        BatchSettings.from(
            Recipe.defaults()
                .with("training{steps=4,lost-weight=3,initial-lost-weight=1,batch-blocks=2}"));
    StepBatches batches =
        new StepBatches(
            new WorkerSlice(2, 2, 0, 1),
            settings,
            4,
            0,
            example -> {
              example.begin(1, 4);
              example.appendSource(5);
              example.appendTarget(2, 0, 5, DenoisingExample.CORRUPTED, true);
              example.appendTarget(2, 1, 6, (byte) 0, true);
            });
    assertThat(weights(batches)).containsExactly(2f, 1f, 2f, 1f);
    assertThat(weights(batches)).containsExactly(2.5f, 1f, 2.5f, 1f);
  }

  private static float[] weights(StepBatches batches) {
    return batches.next().microBatches().get(0).lossWeights();
  }
}
