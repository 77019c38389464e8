package org.palimpsest.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.palimpsest.objective.corruption.Spans;
import org.palimpsest.objective.noise.NoiseUnit;
import org.palimpsest.objective.noise.RandomSpans;
import org.palimpsest.objective.preset.Objectives;
import org.palimpsest.objective.text.Description;

/**
 * What fairseq's text infilling does to 512-token blocks: means that were measured on its own code
 * (4,000 blocks) or simulated from its rule (3,000 sequences). Ours are means of 4,000 examples;
 * the margins are four standard errors of the difference, 4·sd·√(1/4000 + 1/n), and never smaller
 * than the last digit of the reference.
 */
class InfillingStatisticsTest {
  private static final int EXAMPLES = 4000;

  /** Sums over the examples of one objective. */
  private static final class Totals {
    double source;
    double sourceSquares;
    double covered;
    double masks;
    double random;
    double inserted;
    double examplesWithInsertion;

    void add(DenoisingExample example) {
      source += example.sourceLength();
      sourceSquares += (double) example.sourceLength() * example.sourceLength();
      int placeholders = 0;
      for (int at = 1; at < example.sourceLength() - 1; at++) {
        int token = example.source()[at];
        masks += token == 4 ? 1 : 0;
        // Blocks are of ids under 1,000; a drawn id falls among them in 3 % of the cases.
        random += token >= 1000 ? 1 : 0;
        placeholders += token == 4 || token >= 1000 ? 1 : 0;
      }
      for (int at = 0; at < example.targetLength(); at++) {
        covered += example.roles()[at] == DenoisingExample.CORRUPTED ? 1 : 0;
      }
      int insertions = placeholders - example.spans();
      inserted += insertions;
      examplesWithInsertion += insertions > 0 ? 1 : 0;
    }

    double mean(double sum) {
      return sum / EXAMPLES;
    }

    double sourceDeviation() {
      return Math.sqrt(sourceSquares / EXAMPLES - mean(source) * mean(source));
    }
  }

  private static Totals corrupt(Objective objective, int tokens) {
    Corruptor corruptor = objective.corruptor(Texts.BART, tokens);
    Totals totals = new Totals();
    DenoisingExample example = new DenoisingExample(tokens + 2);
    for (int id = 0; id < EXAMPLES; id++) {
      corruptor.corrupt(Texts.sentences(id, tokens, 20), 1, 0, example);
      totals.add(example);
    }
    return totals;
  }

  private static Objective infilling(double mean) {
    return Objectives.parse(
        Description.of(
            "preset", "text-infilling", "noise", Description.of("mean-span-length", mean)));
  }

  @ParameterizedTest
  @CsvSource({
    // content, lambda, covered, sd, masks from spans, inserted, source, sd
    "510, 3.0, 0.267, 0.010, 39.9, 2.57, 418.1, 5.0",
    "510, 3.5, 0.266, 0.011, 34.5, 1.34, 412.2, 4.8",
    "62, 3.0, 0.273, 0.029, 5.5, 0.34, 52.9, 1.8"
  })
  void simulated(
      int content,
      double lambda,
      double covered,
      double coveredDeviation,
      double masks,
      double inserted,
      double source,
      double sourceDeviation) {
    Objective objective = infilling(lambda);
    Totals totals = corrupt(objective, content);
    double error = 4 * Math.sqrt(1.0 / EXAMPLES + 1.0 / 3000);
    double length = totals.mean(totals.source);
    assertThat(totals.mean(totals.covered) / content)
        .isCloseTo(covered, within(error * coveredDeviation + 0.0005));
    assertThat(length).isCloseTo(source, within(error * sourceDeviation + 0.05));
    assertThat(totals.sourceDeviation()).isCloseTo(sourceDeviation, within(0.35));
    double deviation = Math.sqrt(inserted);
    assertThat(totals.mean(totals.inserted)).isCloseTo(inserted, within(error * deviation + 0.005));
    assertThat(totals.mean(totals.masks) - totals.mean(totals.inserted))
        .isCloseTo(masks, within(error * 4 + 0.05));

    Objective.Lengths forecast = objective.lengths(Texts.BART, content);
    assertThat(forecast.meanSource()).isCloseTo(length, within(0.01 * length));
  }

  /** The recipe of BART's authors, measured on fairseq's DenoisingDataset. */
  @Test
  void measured() {
    Totals totals = corrupt(Objectives.parse("bart"), 510);
    double error = 4 * Math.sqrt(2.0 / EXAMPLES);
    assertThat(totals.mean(totals.source)).isCloseTo(412.17, within(error * 4.78));
    assertThat(totals.sourceDeviation()).isCloseTo(4.78, within(error * 4.78));
    assertThat(totals.mean(totals.covered)).isCloseTo(135.71, within(error * 5.41));
    assertThat(totals.mean(totals.masks)).isCloseTo(31.72, within(error * 3.86));
    // One random token in 36 is not seen as one.
    assertThat(totals.mean(totals.random) * 31_736 / 30_744).isCloseTo(4.16, within(error * 1.86));
    assertThat(totals.examplesWithInsertion / EXAMPLES).isCloseTo(0.728, within(0.04));
  }

  @Test
  void theExactSamplerDamagesTheWholeBudget() {
    Objective objective =
        Objectives.parse(
            Description.of("preset", "bart", "noise", Description.of("sampler", "exact")));
    Totals totals = corrupt(objective, 510);
    assertThat(totals.covered).isEqualTo(153.0 * EXAMPLES);
    assertThat(totals.mean(totals.source))
        .isCloseTo(objective.lengths(Texts.BART, 510).meanSource(), within(0.5));
  }

  /** Shares of span lengths 1 … 5 over 4,000 masks of 568 words, and their mean. */
  @Test
  void t5SpanLengths() {
    RandomSpans noise = new RandomSpans(0.15, 3, RandomSpans.Roll.OFF, NoiseUnit.TOKEN);
    double[] seen = new double[86];
    for (int example = 0; example < EXAMPLES; example++) {
      Spans spans = Texts.mark(noise, 568, example);
      for (int k = 0; k < spans.count; k++) {
        seen[spans.end[k] - spans.start[k]]++;
      }
    }
    double all = 28.0 * EXAMPLES;
    double[] shares = {0.3204, 0.2224, 0.1509, 0.1030, 0.0684, 0.0460, 0.0302, 0.0202, 0.0138};
    for (int length = 1; length <= shares.length; length++) {
      double share = shares[length - 1];
      double error = 4 * Math.sqrt(2 * share * (1 - share) / all);
      assertThat(seen[length] / all).isCloseTo(share, within(error));
    }
  }
}
