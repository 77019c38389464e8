package org.palimpsest.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.evaluation.metric.Bleu;
import org.palimpsest.evaluation.metric.RougeL;

/** Scores of two columns. */
@ExtendWith(PlainSpark.class)
@Tag("spark")
class ReconstructionEvaluatorTest {
  private static final String WANTED = "the old house stands by a river";
  private static final String WRITTEN = "the old boat stands by a wide river";

  private final Dataset<Row> pairs;
  private final SparkSession spark;

  ReconstructionEvaluatorTest(SparkSession spark) {
    this.spark = spark;
    pairs =
        spark
            .sql(
                "select * from values ('%s', '%s'), ('%s', '%s'), ('x', null), (null, 'x')"
                        .formatted(WRITTEN, WANTED, WANTED, WANTED)
                    + " as t(restored, text)")
            .repartition(3);
  }

  private double score(String metric) {
    return new ReconstructionEvaluator().setMetricName(metric).evaluate(pairs);
  }

  @Test
  void exactMatchIsTheShareOfEqualTexts() {
    assertThat(score("exactMatch")).isEqualTo(0.5);
  }

  @Test
  void tokenF1IsAMean() {
    // Without the articles: 4 common words of 5 wanted and 6 written ones.
    assertThat(score("tokenF1")).isCloseTo((8.0 / 11 + 1) / 2, within(1e-9));
  }

  @Test
  void rougeLIsAMean() {
    assertThat(score("rougeL")).isCloseTo((RougeL.f1(WRITTEN, WANTED) + 1) / 2, within(1e-9));
  }

  @Test
  void bleuIsThatOfTheWholeCorpus() {
    Bleu bleu = new Bleu();
    bleu.add(WRITTEN, List.of(WANTED));
    bleu.add(WANTED, List.of(WANTED));

    assertThat(score("bleu")).isCloseTo(bleu.score(), within(1e-9));
  }

  @Test
  void largerIsBetter() {
    assertThat(new ReconstructionEvaluator().isLargerBetter()).isTrue();
  }

  @Test
  void unknownMetricIsRefused() {
    assertThatThrownBy(() -> score("rouge"))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage("metricName is 'rouge', but must be one of exactMatch, tokenF1, rougeL, bleu.");
  }

  @Test
  void rowsWithoutBothTextsAreNoScore() {
    assertThatThrownBy(() -> new ReconstructionEvaluator().evaluate(pairs.limit(0)))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "There is no row with a text in both columns, restored and text: check predictionCol"
                + " and referenceCol.");
  }

  @Test
  void savedEvaluatorIsLoaded(@TempDir Path folder) throws IOException {
    String path = folder.resolve("evaluator").toString();
    new ReconstructionEvaluator().setMetricName("rougeL").save(path);

    assertThat(ReconstructionEvaluator.load(path).evaluate(pairs)).isEqualTo(score("rougeL"));
    assertThat(spark.sparkContext().isStopped()).isFalse();
  }
}
