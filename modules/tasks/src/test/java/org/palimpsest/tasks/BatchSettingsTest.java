package org.palimpsest.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.read.WorkerSlice;
import org.palimpsest.training.config.Recipe;

class BatchSettingsTest {
  private static BatchSettings with(String microBatch) {
    return BatchSettings.from(
        Recipe.defaults()
            .with("training.batch-blocks=40", "training.micro-batch-blocks=" + microBatch));
  }

  @ParameterizedTest
  @CsvSource({"16, 3", "40, 1", "auto, 1"})
  void aStepHasThatManyMicroBatches(String microBatch, int number) {
    StepBatches batches =
        new StepBatches(
            new WorkerSlice(0, 40, 0, 1),
            with(microBatch),
            4,
            0,
            example -> {
              example.begin(1, 4);
              example.appendSource(5);
              example.appendTarget(2, 0, 5, (byte) 0, true);
            });
    assertThat(batches.next().microBatches()).hasSize(number);
  }

  @Test
  void refusesOtherWords() {
    assertThatThrownBy(() -> with("many"))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage("training.micro-batch-blocks is 'many', but must be a number or auto.");
  }
}
