package org.palimpsest.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.evaluation.inference.Embedder;
import org.palimpsest.model.Device;

/** The column of embeddings that a model adds. */
@ExtendWith(PlainSpark.class)
@Tag("spark")
class EmbeddingColumnTest {
  private static final String TEXT = "the old house stands by a river.";

  @TempDir static Path folder;
  private static EncoderDecoderModel model;

  private final SparkSession spark;

  EmbeddingColumnTest(SparkSession spark) {
    this.spark = spark;
  }

  @BeforeAll
  static void fit(SparkSession spark) {
    model = Texts.pretrainer(folder.resolve("run")).fit(Texts.frame(spark, "text", 100));
  }

  private Dataset<Row> frame(String... texts) {
    return spark.createDataset(List.of(texts), Encoders.STRING()).toDF("text");
  }

  private static EncoderDecoderModel embedding() {
    return model.copy(ParamMap.empty()).setEmbeddingCol("embedding");
  }

  @Test
  void embeddingsAreThoseOfTheEncoder() {
    Dataset<Row> embedded = embedding().transform(frame(TEXT, "a river"));

    assertThat(embedded.columns()).containsExactly("text", "embedding");
    List<Row> rows = embedded.collectAsList();
    try (Embedder embedder = Embedder.open(model.trained(), "auto", Device.CPU, 1)) {
      for (Row row : rows) {
        float[] wanted = embedder.embed(row.getString(0));
        List<Float> found = row.getList(1);
        assertThat(found).hasSize(wanted.length);
        for (int i = 0; i < wanted.length; i++) {
          assertThat(found.get(i)).isCloseTo(wanted[i], within(1e-5f));
        }
      }
    }
  }

  @Test
  void textsAreRestoredTooIfAColumnAsksForThem() {
    Dataset<Row> both =
        embedding().setOutputCol("restored").transform(frame("the old <mask> stands."));

    assertThat(both.columns()).containsExactly("text", "restored", "embedding");
    Row row = both.first();
    assertThat(row.getString(1)).isNotNull();
    assertThat(row.getList(2)).isNotEmpty();
  }

  @Test
  void aTextThatCannotBeEmbeddedHasNoEmbedding() {
    Row row = embedding().setErrorCol("why").transform(frame(" ")).first();

    assertThat(row.isNullAt(1)).isTrue();
    assertThat(row.getString(2)).isEqualTo("The text to embed is empty: provide some text.");
  }
}
