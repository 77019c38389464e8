package org.palimpsest.objective.errors;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.objective.Objective;
import org.palimpsest.objective.Vocabulary;
import org.palimpsest.objective.preset.Objectives;
import org.palimpsest.objective.text.Description;

/** What text-noise refuses, and how. */
class TextNoiseChecksTest {
  private static Objective objective(Object... errors) {
    return Objectives.parse(Description.of("steps", List.of(step(errors))));
  }

  private static Map<String, Object> step(Object... errors) {
    return Description.of("kind", "text-noise", "errors", List.of(errors));
  }

  private static Map<String, Object> error(String kind, double rate) {
    return Description.of("kind", kind, "rate", rate);
  }

  @Test
  void withoutTextsOfTokensItIsRefused() {
    Vocabulary vocabulary = new ByteCodec().vocabulary();
    assertThatThrownBy(() -> objective(error("keyboard", 0.1)).corruptor(vocabulary, 512))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "Objective 'custom' corrupts characters, for which it needs the texts of the tokens;"
                + " give it a tokenizer (Objective.corruptor(TextCodec, int)) in place of a"
                + " vocabulary.");
  }

  @Test
  void aTargetThatDoesNotRestoreItIsRefused() {
    Map<String, Object> t5 =
        Description.of("preset", "t5", "steps", List.of(step(error("keyboard", 0.1))));
    assertThatThrownBy(() -> Objectives.parse(t5))
        .hasMessage(
            "Objective 't5' changes words in a step, but its target does not restore them; use"
                + " target.kind = full-text, or noise with source.kind = drop.");
  }

  @Test
  void withoutErrorsItIsRefused() {
    assertThatThrownBy(() -> objective())
        .hasMessage(
            "The step text-noise has no errors; list some, such as errors = [{ kind = keyboard,"
                + " rate = 0.05 }].");
  }

  @Test
  void anUnknownErrorIsRefused() {
    assertThatThrownBy(() -> objective(error("keybord", 0.1)))
        .hasMessageStartingWith(
            "Objective key 'steps.errors.kind' has the unknown kind 'keybord'; did you mean"
                + " 'keyboard'?");
  }

  @Test
  void aTableMustComeFromOnePlace() {
    assertThatThrownBy(() -> objective(error("confusions", 0.1)))
        .hasMessage(
            "The errors of kind confusions need one of table (ocr, speech, homophones), file (a"
                + " path) and entries (a list of lines).");
  }

  @Test
  void aMixAndErrorsExcludeEachOther() {
    Map<String, Object> both =
        Description.with(step(error("keyboard", 0.1)), Description.of("mix", "ocr"));
    assertThatThrownBy(() -> Objectives.parse(Description.of("steps", List.of(both))))
        .hasMessage("The step text-noise has both a mix and errors; leave one of them out.");
  }

  @Test
  void anUnknownMixIsRefused() {
    Map<String, Object> step = Description.of("kind", "text-noise", "mix", "handwriting");
    assertThatThrownBy(() -> Objectives.parse(Description.of("steps", List.of(step))))
        .hasMessageStartingWith(
            "Objective key 'steps.mix' has the unknown value 'handwriting'; known are")
        .hasMessageContaining("keyboard")
        .hasMessageContaining("speech");
  }
}
