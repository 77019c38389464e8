package org.palimpsest.evaluation.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whether intervals cover what they promise is checked by simulation of texts with known loss. */
class BootstrapTest {
  private static final int TRIALS = 500;
  private static final int SHORTEST = 10;
  private static final int LENGTHS = 191;
  private static final int MEAN_LENGTH = 105;

  /** E[tokens · loss] / E[tokens]: longer documents are harder; tokens have a variance of 3040. */
  private static final double TRUE_LOSS = 2 + 3040.0 / 200 / MEAN_LENGTH;

  /** Documents of 10 to 200 tokens, each with a difficulty of its own. */
  private static final class Documents {
    final double[] tokens;
    final double[] loss;
    final double[] other;

    Documents(int count, long trial) {
      Random random = new Random(trial);
      tokens =
          IntStream.range(0, count).mapToDouble(k -> SHORTEST + random.nextInt(LENGTHS)).toArray();
      loss = new double[count];
      other = new double[count];
      for (int k = 0; k < count; k++) {
        double difficulty = 2 + (tokens[k] - MEAN_LENGTH) / 200 + 0.5 * random.nextGaussian();
        loss[k] = tokens[k] * (difficulty + 0.05 * random.nextGaussian());
        other[k] = tokens[k] * (difficulty + 0.05 * random.nextGaussian());
      }
    }

    double[] difference() {
      double[] difference = loss.clone();
      Arrays.setAll(difference, k -> loss[k] - other[k]);
      return difference;
    }
  }

  private static Interval interval(double[] numerators, double[] denominators, long seed) {
    return new Bootstrap(seed).ratio(numerators, denominators).interval().orElseThrow();
  }

  /** 95 % of 500 trials, give or take four deviations of 1 %. */
  @ParameterizedTest
  @ValueSource(ints = {12, 40, 200})
  void intervalsCoverTheTrueLoss(int count) {
    int covered = 0;
    for (int trial = 0; trial < TRIALS; trial++) {
      Documents documents = new Documents(count, trial);
      covered += interval(documents.loss, documents.tokens, trial).contains(TRUE_LOSS) ? 1 : 0;
    }
    assertThat((double) covered / TRIALS).isBetween(0.91, 0.99);
  }

  @Test
  void intervalsOfAPairedDifferenceCoverIt() {
    int covered = 0;
    for (int trial = 0; trial < TRIALS; trial++) {
      Documents documents = new Documents(40, trial);
      covered += interval(documents.difference(), documents.tokens, trial).contains(0) ? 1 : 0;
    }
    assertThat((double) covered / TRIALS).isBetween(0.91, 0.99);
  }

  /** What makes a document hard for both models has no part in their difference. */
  @Test
  void aPairedDifferenceIsSurerThanEitherLoss() {
    Documents documents = new Documents(100, 1);
    Interval paired = interval(documents.difference(), documents.tokens, 1);
    Interval alone = interval(documents.loss, documents.tokens, 1);
    assertThat(paired.high() - paired.low()).isLessThan((alone.high() - alone.low()) / 4);
  }

  /** The control: pieces of documents, drawn as if they were documents, promise too much. */
  @Test
  void piecesOfDocumentsAreTooSure() {
    int covered = 0;
    for (int trial = 0; trial < TRIALS; trial++) {
      Documents documents = new Documents(20, trial);
      double[] loss = pieces(documents.loss);
      covered += interval(loss, pieces(documents.tokens), trial).contains(TRUE_LOSS) ? 1 : 0;
    }
    assertThat((double) covered / TRIALS).isLessThan(0.7);
  }

  private static double[] pieces(double[] documents) {
    return Arrays.stream(documents)
        .flatMap(sum -> IntStream.range(0, 10).mapToDouble(k -> sum / 10))
        .toArray();
  }

  /** Of equal models, one in twenty comparisons calls one of them better at p < 0.05. */
  @Test
  void equalModelsAreSeldomDistinct() {
    int distinct = 0;
    for (int trial = 0; trial < TRIALS; trial++) {
      Documents documents = new Documents(40, trial);
      double p = new Bootstrap(trial).ratio(documents.difference(), documents.tokens).sign();
      distinct += p < 0.05 ? 1 : 0;
    }
    assertThat((double) distinct / TRIALS).isBetween(0.01, 0.09);
  }

  @Test
  void aClearDifferenceHasAClearSign() {
    double[] tokens = {10, 20, 30, 40};
    double[] difference = {-1, -2, -3, -5};
    Estimate estimate = new Bootstrap(1).ratio(difference, tokens);
    assertThat(estimate.value()).isEqualTo(-0.11, within(1e-12));
    assertThat(estimate.sign()).isEqualTo(2.0 / (Bootstrap.SAMPLES + 1), within(1e-12));
    assertThat(estimate.interval().orElseThrow().high()).isNegative();
  }

  @Test
  void noDifferenceHasNoSign() {
    Estimate estimate = new Bootstrap(1).ratio(new double[3], new double[] {1, 2, 3});
    assertThat(estimate.value()).isZero();
    assertThat(estimate.sign()).isEqualTo(1);
  }

  @Test
  void oneDocumentHasNoInterval() {
    Estimate estimate = new Bootstrap(1).ratio(new double[] {6}, new double[] {3});
    assertThat(estimate).isEqualTo(new Estimate(2, java.util.Optional.empty(), 1));
  }

  @Test
  void equalSeedsDrawTheSameDocuments() {
    Documents documents = new Documents(30, 1);
    assertThat(interval(documents.loss, documents.tokens, 7))
        .isEqualTo(interval(documents.loss, documents.tokens, 7))
        .isNotEqualTo(interval(documents.loss, documents.tokens, 8));
  }

  @Test
  void quantilesAreThoseOfTables() {
    assertThat(Student.quantile(0.975, 1)).isCloseTo(12.706, within(0.001));
    assertThat(Student.quantile(0.975, 2)).isCloseTo(4.303, within(0.001));
    assertThat(Student.quantile(0.975, 3)).isCloseTo(3.182, within(0.01));
    assertThat(Student.quantile(0.975, 10)).isCloseTo(2.228, within(0.001));
    assertThat(Student.quantile(0.975, 100)).isCloseTo(1.984, within(0.001));
    assertThat(Student.normalQuantile(0.975)).isCloseTo(1.959964, within(1e-5));
  }
}
