package org.palimpsest.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.base.PalimpsestException;

/** Fits in a session without any setting of ours. */
@ExtendWith(PlainSpark.class)
@Tag("spark")
class DenoisingPretrainerTest {
  @TempDir static Path folder;
  private static Dataset<Row> texts;
  private static EncoderDecoderModel fitted;

  private final SparkSession spark;

  DenoisingPretrainerTest(SparkSession spark) {
    this.spark = spark;
  }

  @BeforeAll
  static void fit(SparkSession spark) {
    texts = Texts.frame(spark, "text", 200);
    fitted = Texts.pretrainer(folder.resolve("run")).fit(texts);
  }

  @Test
  void fitTrainsToTheLastStep() {
    assertThat(fitted.summary().ending()).isEqualTo("finished");
    assertThat(fitted.summary().totalIterations()).isEqualTo(20);
    assertThat(fitted.summary().objectiveHistory()).isNotEmpty();
    assertThat(fitted.hasParent()).isTrue();
  }

  @Test
  void modelAddsAColumn() {
    Dataset<Row> masked = texts.limit(5).withColumn("text", functions.lit("the old <mask> stands"));

    Dataset<Row> restored = fitted.transform(masked);

    assertThat(restored.columns()).containsExactly("text", "restored");
    assertThat(restored.collectAsList()).hasSize(5).allMatch(row -> !row.isNullAt(1));
  }

  @Test
  void fitBeginsFromAModel() {
    DenoisingPretrainer pretrainer =
        Texts.pretrainer(folder.resolve("continued"))
            .setFromModel(folder.resolve("run").toString())
            .setLearningRate(1e-9)
            .setMaxSteps(1)
            .setWarmUpSteps(1);

    EncoderDecoderModel continued = pretrainer.fit(texts);

    Dataset<Row> masked = texts.limit(5).withColumn("text", functions.lit("the old <mask> stands"));
    assertThat(continued.transform(masked).collectAsList())
        .isEqualTo(fitted.transform(masked).collectAsList());
  }

  @Test
  void secondFitOfAFinishedRunReturnsAtOnce() throws Exception {
    Path manifest = folder.resolve("run/corpus/manifest.json");
    FileTime prepared = Files.getLastModifiedTime(manifest);

    EncoderDecoderModel again = Texts.pretrainer(folder.resolve("run")).fit(texts.repartition(7));

    assertThat(again.summary().totalIterations()).isEqualTo(20);
    assertThat(Files.getLastModifiedTime(manifest)).isEqualTo(prepared);
  }

  @Test
  void otherTextsInTheSameFolderAreRefused() {
    assertThatThrownBy(() -> Texts.pretrainer(folder.resolve("run")).fit(texts.limit(150)))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("was prepared from other data (dataframe:200-")
        .hasMessageEndingWith(
            "give the same texts as before, set runDir to another folder, or set resume to fresh to"
                + " start over.");
  }

  @Test
  void missingColumnIsNamed() {
    assertThatThrownBy(
            () ->
                Texts.pretrainer(folder.resolve("missing"))
                    .setTextCol("body")
                    .fit(Texts.frame(spark, "text", 3)))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "The DataFrame has no column 'body' (it has text): set textCol to one of its columns.");
  }
}
