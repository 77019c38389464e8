package org.palimpsest.cli.night;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.cli.night.ExportChoice.Tolerance;
import org.palimpsest.cli.night.ExportChoice.Verdict;
import org.palimpsest.training.config.Recipe;

class ExportChoiceTest {
  private static final Tolerance TOLERANCE = new Tolerance(0.02, 0.2);
  private static final List<Double> NIGHTS = List.of(3.4, 3.0, 9.9, 3.2);

  private static ExportChoice choice(
      double loss, double exported, boolean isFinished, double tonight) {
    return ExportChoice.of(
        loss, Optional.of(exported), isFinished, OptionalDouble.of(tonight), NIGHTS, TOLERANCE);
  }

  private static void expect(ExportChoice choice, Verdict verdict, String sentence) {
    assertThat(choice).isEqualTo(new ExportChoice(verdict, sentence));
  }

  @Test
  void exportsTheFirstModel() {
    expect(
        ExportChoice.of(3.5, Optional.empty(), false, OptionalDouble.of(3.1), List.of(), TOLERANCE),
        Verdict.EXPORT,
        "Exported: held-out loss 3.5000, the first export.");
  }

  @Test
  void exportsABetterModel() {
    expect(
        choice(3.4, 3.5, false, 3.1),
        Verdict.EXPORT,
        "Exported: held-out loss 3.4000, before 3.5000.");
  }

  @Test
  void keepsTheExportOfANightThatIsNotBetter() {
    expect(
        choice(3.5, 3.5, false, 3.1),
        Verdict.KEEP,
        "The older export is kept: the held-out loss is 3.5000, not below 3.5000.");
  }

  @Test
  void exportsAFinishedModelWithinTheTolerance() {
    expect(
        choice(3.51, 3.5, true, 3.1),
        Verdict.EXPORT,
        "Exported: held-out loss 3.5100, before 3.5000, and the run is finished.");
  }

  @Test
  void warnsOfAFinishedModelThatIsWorse() {
    expect(
        choice(3.6, 3.5, true, 3.1),
        Verdict.ALARM,
        "The older export is kept: the held-out loss rose from 3.5000 to 3.6000.");
  }

  @Test
  void warnsOfATrainingLossAboveTheMedianOfTheLastNights() {
    expect(
        choice(3.4, 3.5, false, 4.0),
        Verdict.ALARM,
        "The older export is kept: the training loss jumped to 4.0000, where the last nights ended"
            + " with about 3.3000.");
  }

  @Test
  void warnsOfATrainingLossThatIsNoNumber() {
    assertThat(choice(3.4, 3.5, false, Double.NaN).verdict()).isEqualTo(Verdict.ALARM);
  }

  @Test
  void exportsNothingAfterAJumpInTheFirstNightWithALoss() {
    expect(
        ExportChoice.of(
            3.5, Optional.empty(), false, OptionalDouble.of(9.9), List.of(3.0), TOLERANCE),
        Verdict.ALARM,
        "Nothing is exported: the training loss jumped to 9.9000, where the last nights ended with"
            + " about 3.0000.");
  }

  @Test
  void comparesHeldOutLossesOnlyIfTheNightDidNotTrain() {
    ExportChoice choice =
        ExportChoice.of(3.4, Optional.of(3.5), true, OptionalDouble.empty(), NIGHTS, TOLERANCE);
    assertThat(choice.verdict()).isEqualTo(Verdict.EXPORT);
  }

  @Test
  void warnsOfAHeldOutLossThatIsNoNumber() {
    expect(
        choice(Double.NaN, 3.5, true, 3.1),
        Verdict.ALARM,
        "The older export is kept: the held-out loss is not a number.");
  }

  @Test
  void readsItsTolerances() {
    assertThat(Tolerance.from(Recipe.defaults())).isEqualTo(TOLERANCE);
    assertThatThrownBy(() -> Tolerance.from(Recipe.defaults().with("nightly.tolerance=-1")))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage("nightly.tolerance is -1, but must be a number of at least 0.");
  }
}
