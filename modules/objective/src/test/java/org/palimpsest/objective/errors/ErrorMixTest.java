package org.palimpsest.objective.errors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.palimpsest.objective.denoising.DenoisingObjective;
import org.palimpsest.objective.preset.Objectives;
import org.palimpsest.objective.text.Description;

class ErrorMixTest {
  private static final String QWERTY = "qwerty";

  @ParameterizedTest
  @EnumSource(ErrorMix.class)
  void theSharesSumToOne(ErrorMix mix) {
    assertThat(mix.parts(QWERTY).stream().mapToDouble(ErrorMix.Part::share).sum())
        .isCloseTo(1, within(1e-12));
  }

  @Test
  void eachKindHasItsShareOfTheRate() {
    List<Map<String, Object>> errors =
        ErrorMix.OCR.errors(0.2, QWERTY).stream().map(TextError::describe).toList();
    assertThat(errors.get(0)).containsEntry("kind", "confusions").containsEntry("table", "ocr");
    assertThat(errors.stream().map(error -> (double) error.get("rate")).toList())
        .satisfiesExactly(
            rate -> assertThat(rate).isCloseTo(0.16, within(1e-12)),
            rate -> assertThat(rate).isCloseTo(0.01, within(1e-12)),
            rate -> assertThat(rate).isCloseTo(0.01, within(1e-12)),
            rate -> assertThat(rate).isCloseTo(0.02, within(1e-12)));
  }

  @Test
  void aStepIsReadAsTheErrorsOfItsMix() {
    Object step =
        Description.of("kind", "text-noise", "mix", "keyboard", "rate", 0.1, "layout", "azerty");
    DenoisingObjective read =
        (DenoisingObjective) Objectives.parse(Description.of("steps", List.of(step)));
    assertThat(read.steps())
        .containsExactly(new TextNoise(ErrorMix.KEYBOARD.errors(0.1, "azerty")));
    assertThat(Objectives.parse(read.describe())).isEqualTo(read);
  }
}
