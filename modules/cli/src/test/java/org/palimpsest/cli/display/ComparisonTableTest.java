package org.palimpsest.cli.display;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.palimpsest.evaluation.EvaluationReport.Sample;
import org.palimpsest.evaluation.ModelComparison;
import org.palimpsest.evaluation.ModelComparison.Losses;
import org.palimpsest.evaluation.ModelComparison.Scored;
import org.palimpsest.evaluation.bootstrap.Estimate;
import org.palimpsest.evaluation.bootstrap.Interval;

class ComparisonTableTest {
  private static Losses losses(double loss, double around) {
    Estimate estimate =
        new Estimate(loss, Optional.of(new Interval(loss - around, loss + around)), 0.012);
    return new Losses(estimate, estimate);
  }

  private static ModelComparison comparison(double difference, double around) {
    return new ModelComparison(
        "bart",
        7,
        new Sample(3000, 90_000, 12_000),
        500,
        new Scored("runs/a", losses(2, 0.5)),
        new Scored("runs/b", losses(2 - difference, 0.5)),
        losses(difference, around));
  }

  @Test
  void linesHaveBothModelsAndTheirDifference() {
    assertThat(ComparisonTable.lines(comparison(-0.25, 0.125), AnsiStyle.PLAIN))
        .containsExactly(
            "       nats per target token        nats per UTF-8 byte          model",
            "A      2.0000 (1.5000 to 2.5000)    2.0000 (1.5000 to 2.5000)    runs/a",
            "B      2.2500 (1.7500 to 2.7500)    2.2500 (1.7500 to 2.7500)    runs/b",
            "A - B  -0.2500 (-0.3750 to -0.1250) -0.2500 (-0.3750 to -0.1250)",
            "12,000 target tokens of 3,000 blocks of 500 documents, corrupted by bart; 95 %"
                + " intervals by a bootstrap over documents",
            "A is better (p = 0.012).");
  }

  @Test
  void anIntervalAroundNothingDecidesNothing() {
    assertThat(ComparisonTable.lines(comparison(0.25, 0.5), AnsiStyle.PLAIN))
        .last()
        .isEqualTo("The text does not say which model is better (p = 0.012).");
  }

  @Test
  void theSecondOneMayBeBetter() {
    assertThat(ComparisonTable.lines(comparison(0.25, 0.125), AnsiStyle.PLAIN))
        .last()
        .isEqualTo("B is better (p = 0.012).");
  }
}
