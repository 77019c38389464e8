package org.palimpsest.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.base.PalimpsestException;

/** Models inside pipelines, and models that were never fitted. */
@ExtendWith(PlainSpark.class)
@Tag("spark")
class ModelInPipelineTest {
  private static final String MASKED = "the old <mask> stands by a river.";

  @TempDir Path folder;

  private final SparkSession spark;

  ModelInPipelineTest(SparkSession spark) {
    this.spark = spark;
  }

  private Dataset<Row> masked() {
    return spark.createDataset(List.of(MASKED), Encoders.STRING()).toDF("text");
  }

  private String restored(PipelineModel model) {
    return model.transform(masked()).select("restored").head().getString(0);
  }

  @Test
  void modelWithoutParametersSaysSo() {
    assertThatThrownBy(() -> new EncoderDecoderModel().transform(masked()))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "This EncoderDecoderModel has no parameters: get one from fit, load or pretrained.");
  }

  @Test
  void pipelineIsFittedSavedAndLoaded() throws IOException {
    Dataset<Row> texts = Texts.frame(spark, "text", 200);
    Pipeline pipeline =
        new Pipeline().setStages(new PipelineStage[] {Texts.pretrainer(folder.resolve("run"))});
    String path = folder.resolve("pipeline").toString();
    PipelineModel fitted = pipeline.fit(texts);
    fitted.save(path);

    assertThat(restored(PipelineModel.load(path))).isEqualTo(restored(fitted)).isNotBlank();
  }
}
