package org.palimpsest.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.base.PalimpsestException;

/** Which folder a fit uses, and what it does with what it finds there. */
@ExtendWith(PlainSpark.class)
@Tag("spark")
class RunFoldersTest {
  @TempDir static Path folder;
  private static Dataset<Row> texts;

  private final SparkSession spark;

  RunFoldersTest(SparkSession spark) {
    this.spark = spark;
  }

  @BeforeAll
  static void prepare(SparkSession spark) {
    texts = Texts.frame(spark, "text", 100).cache();
  }

  /** One worker and a few steps. */
  private static DenoisingPretrainer quick(String name) {
    return Texts.pretrainer(folder.resolve(name))
        .setNumWorkers(1)
        .setMaxSteps(3)
        .setWarmUpSteps(1)
        .setCheckpointEvery(3);
  }

  private static List<String> names(Path parent) throws IOException {
    try (Stream<Path> files = Files.list(parent)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void crossValidatorHasAFolderForEachFit() throws IOException {
    DenoisingPretrainer pretrainer = quick("cv/{params}-{data}");
    ParamMap[] grid =
        new ParamGridBuilder()
            .addGrid(pretrainer.learningRate(), new double[] {1e-3, 5e-3})
            .build();
    CrossValidator validator =
        new CrossValidator()
            .setEstimator(pretrainer)
            .setEstimatorParamMaps(grid)
            .setEvaluator(new ReconstructionEvaluator().setMetricName("rougeL"))
            .setNumFolds(2);

    CrossValidatorModel best = validator.fit(texts);

    assertThat(best.avgMetrics()).hasSize(2).doesNotContain(Double.NaN);
    assertThat(names(folder.resolve("cv"))).hasSize(5);
    assertThat(best.bestModel()).isInstanceOf(EncoderDecoderModel.class);
  }

  @Test
  void freshFitStartsOverWithOtherTexts() {
    EncoderDecoderModel unused = quick("fresh").fit(texts);

    EncoderDecoderModel again =
        quick("fresh").setMaxSteps(2).setResume("fresh").fit(texts.limit(50));

    assertThat(again.summary().totalIterations()).isEqualTo(2);
  }

  @Test
  void unknownWordForResumeIsRefused() {
    assertThatThrownBy(() -> quick("word").setResume("never").fit(texts))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage("resume is 'never', but must be one of auto, fresh.");
  }

  @Test
  void emptyDataFrameIsRefused() {
    assertThatThrownBy(() -> quick("empty").fit(texts.limit(0)))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage("The DataFrame has no rows: check how it was read and filtered.");
  }

  @Test
  void textsWithNullsAreRejectedRecords() {
    Dataset<Row> many = texts.union(spark.sql("select string(null) from range(100)"));

    assertThatThrownBy(() -> quick("nulls").fit(many))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("rejected")
        .hasMessageContaining("corpus.max-rejected");
  }

  @Test
  void fewNullEmptyAndLongTextsDoNoHarm() {
    Dataset<Row> odd =
        texts.union(
            spark.sql(
                "select string(null) union all select '' union all select repeat('word ',"
                    + " 200000)"));

    assertThat(quick("odd").fit(odd).summary().ending()).isEqualTo("finished");
  }

  @Test
  void streamCannotBeFitted() {
    Dataset<Row> stream =
        spark.readStream().format("rate").load().selectExpr("string(value) as text");

    assertThatThrownBy(() -> quick("stream").fit(stream))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage("A fit needs a DataFrame that is not a stream: read the data with spark.read.");
  }

  @Test
  void numbersAreNoTexts() {
    assertThatThrownBy(() -> quick("numbers").setTextCol("id").fit(spark.range(9).toDF()))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "The column 'id' has type bigint: set textCol to a column of type string, or cast it.");
  }

  @Test
  void recipeIsTextOrAFile() throws IOException {
    Path file = Files.writeString(folder.resolve("my.conf"), "training { steps = 2 }");
    DenoisingPretrainer byFile = quick("by-file").setRecipe(file.toString());
    byFile.clear(byFile.maxSteps());
    DenoisingPretrainer byText = quick("by-text").setRecipe("training { steps = 1 }");
    byText.clear(byText.maxSteps());

    assertThat(byFile.fit(texts).summary().totalIterations()).isEqualTo(2);
    assertThat(byText.fit(texts).summary().totalIterations()).isEqualTo(1);
  }

  @Test
  void unknownSettingIsRefused() {
    assertThatThrownBy(() -> quick("typo").setSettings("training.stps=5").fit(texts))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("training.stps")
        .hasMessageContaining("training.steps");
  }

  @Test
  void aPreparedCorpusIsThatOfTheFit() throws IOException {
    DenoisingPretrainer pretrainer = quick("prepared");
    String prepared = Trainings.prepare(pretrainer, texts);
    Path manifest = Path.of(prepared).resolve("corpus").resolve("manifest.json");
    String before = Files.readString(manifest);

    EncoderDecoderModel model = pretrainer.fit(texts);

    assertThat(model.summary().runDir()).isEqualTo(prepared);
    assertThat(Files.readString(manifest)).isEqualTo(before);
  }

  @Test
  void sampleTextsHaveDistinctIds() {
    Dataset<Row> samples = SampleTexts.read(spark);
    assertThat(samples.columns()).containsExactly("id", "text");
    assertThat(samples.count()).isEqualTo(samples.select("id").distinct().count());
  }
}
