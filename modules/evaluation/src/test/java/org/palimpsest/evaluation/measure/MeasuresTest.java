package org.palimpsest.evaluation.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.palimpsest.base.PalimpsestException;

class MeasuresTest {
  private static Measure parse(String definition) {
    return Measures.parse("measures.2", ConfigFactory.parseString(definition));
  }

  @Test
  void strengthsReplaceTheirNameAnywhere() {
    RestorationMeasure read =
        (RestorationMeasure)
            parse(
                """
                kind = restoration, texts = 5, min-tokens = 3, max-tokens = 9
                damages = [
                  { name = slips, strengths = [0.1, 0.2]
                    objective { steps = [{ kind = text-noise, mix = keyboard, rate = strength }] } }
                  { name = none, objective = autoencoder }
                ]
                """);
    assertThat(read.texts()).isEqualTo(new HeldOutTexts(5, 3, 9, 1));
    assertThat(read.damages())
        .containsExactly(
            new Damage("slips", 0.1, slips(0.1)),
            new Damage("slips", 0.2, slips(0.2)),
            new Damage("none", 0, "autoencoder"));
  }

  private static Object slips(double rate) {
    return Map.of("steps", List.of(Map.of("kind", "text-noise", "mix", "keyboard", "rate", rate)));
  }

  @Test
  void anUnknownKindListsTheKnown() {
    assertThatThrownBy(() -> parse("kind = losss"))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "Key 'measures.2.kind' has the unknown kind 'losss'; did you mean 'loss'? (known are"
                + " context, lengths, loss, order, progress, restoration.)");
  }

  @Test
  void anUnknownKeyListsTheKnown() {
    assertThatThrownBy(() -> parse("kind = context, spam = 3"))
        .hasMessageStartingWith("Key 'measures.2.spam' is unknown; did you mean 'span'?");
  }

  @Test
  void aMissingKeyIsNamed() {
    assertThatThrownBy(() -> parse("kind = loss"))
        .hasMessage("Key 'measures.2.objective' is missing: the measure needs it.");
    assertThatThrownBy(() -> parse("kind = restoration"))
        .hasMessage("Key 'measures.2.damages' is empty: list at least one.");
  }

  @Test
  void damageThatIsNoObjectiveIsRefusedBeforeAnyTraining() {
    assertThatThrownBy(
            () -> parse("kind = restoration, damages = [{ name = x, objective = barrt }]"))
        .hasMessageStartingWith("Objective 'barrt' is unknown; did you mean 'bart'?");
  }
}
