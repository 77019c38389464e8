package org.palimpsest.pipeline;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.upper;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.Locale;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.base.PalimpsestException;

/** Fine-tuning on a DataFrame of pairs. */
@ExtendWith(PlainSpark.class)
@Tag("spark")
class Seq2SeqFineTunerTest {
  @TempDir static Path folder;
  private static Dataset<Row> pairs;
  private static EncoderDecoderModel tuned;

  @BeforeAll
  static void tune(SparkSession spark) {
    Dataset<Row> texts = Texts.frame(spark, "text", 200);
    EncoderDecoderModel unused =
        Texts.pretrainer(folder.resolve("start")).setMaxSteps(5).fit(texts);
    pairs = texts.withColumn("loud", upper(col("text")));
    tuned = tuner("tuned").fit(pairs);
  }

  private static Seq2SeqFineTuner tuner(String name) {
    return new Seq2SeqFineTuner()
        .setRunDir(folder.resolve(name).toString())
        .setFromModel(folder.resolve("start").toString())
        .setSourceCol("text")
        .setTargetCol("loud")
        .setMaxTargetTokens(60)
        .setMaxSteps(10)
        .setWarmUpSteps(1)
        .setBatchBlocks(4)
        .setCheckpointEvery(10);
  }

  @Test
  void fitTrainsOnPairs() {
    assertThat(tuned.summary().ending()).isEqualTo("finished");
    assertThat(tuned.summary().totalIterations()).isEqualTo(10);
  }

  @Test
  void modelReadsTheColumnOfTheSources() {
    Dataset<Row> written =
        tuned.copy(tuned.extractParamMap()).setMaxLength(8).transform(pairs.limit(2));

    assertThat(written.columns()).containsExactly("text", "loud", "restored");
    assertThat(written.collectAsList()).allMatch(row -> !row.isNullAt(2));
  }

  @Test
  void savedModelIsLoadedAndTunedAgain() throws Exception {
    String path = folder.resolve("model").toString();
    tuned.save(path);

    EncoderDecoderModel again = tuner("again").setFromModel(path).setMaxSteps(2).fit(pairs);

    assertThat(again.summary().totalIterations()).isEqualTo(2);
  }

  @Test
  void evaluatedCheckpointWritesTargets() throws Exception {
    Training training =
        Trainings.start(
            tuner("evaluated").setValidationShare(0.1).setMaxSteps(2).setEvaluationEvery(2), pairs);
    assertThat(training.await(60_000)).isTrue();

    JsonNode samples = new ObjectMapper().readTree(training.snapshot()).path("samples");
    assertThat(samples).hasSize(3);
    assertThat(samples)
        .allSatisfy(
            sample ->
                assertThat(sample.path("original").asText())
                    .isEqualTo(sample.path("damaged").asText().toUpperCase(Locale.ROOT)));
  }

  @Test
  void otherPairsInTheSameFolderAreRefused() {
    assertThatThrownBy(() -> tuner("tuned").fit(pairs.limit(100)))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith("The pairs of the run ")
        .hasMessageContaining("were encoded from other data (dataframe:200-")
        .hasMessageEndingWith("or set resume to fresh to start over.");
  }

  @Test
  void missingColumnIsNamed() {
    assertThatThrownBy(() -> tuner("missing").setTargetCol("quiet").fit(pairs))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "The DataFrame has no column 'quiet' (it has text, loud): set targetCol to one of its"
                + " columns.");
  }

  @Test
  void modelToBeginWithIsNeeded() {
    assertThatThrownBy(() -> tuner("nothing").setFromModel("").fit(pairs))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("finetune.from is empty");
  }
}
