package org.palimpsest.pipeline;

import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.evaluation.inference.Generation;
import org.palimpsest.evaluation.inference.Restoration;
import org.palimpsest.evaluation.inference.Restorer;
import org.palimpsest.evaluation.inference.TrainedModel;
import org.palimpsest.model.DecodingOptions;
import org.palimpsest.pipeline.progress.Failure;

/** What a model adds to a DataFrame, and how it is saved. */
@ExtendWith(PlainSpark.class)
@Tag("spark")
class EncoderDecoderModelTest {
  private static final String MASKED = "the old <mask> stands by a river.";

  @TempDir static Path folder;
  private static EncoderDecoderModel fitted;
  private static EncoderDecoderModel loaded;

  private final SparkSession spark;

  EncoderDecoderModelTest(SparkSession spark) {
    this.spark = spark;
  }

  @BeforeAll
  static void fitSaveAndLoad(SparkSession spark) throws IOException {
    fitted = Texts.pretrainer(folder.resolve("run")).fit(Texts.frame(spark, "text", 200));
    fitted.save(folder.resolve("model").toString());
    loaded = EncoderDecoderModel.load(folder.resolve("model").toString());
  }

  private Dataset<Row> frame(String... texts) {
    return spark.createDataset(List.of(texts), Encoders.STRING()).toDF("text");
  }

  private static List<String> column(Dataset<Row> rows, String name) {
    return rows.select(name).collectAsList().stream().map(row -> row.getString(0)).toList();
  }

  @Test
  void savedFolderIsAModelFolder() {
    assertThat(folder.resolve("model"))
        .isDirectoryContaining("glob:**/config.json")
        .isDirectoryContaining("glob:**/model.safetensors")
        .isDirectoryContaining("glob:**/tokenizer.json")
        .isDirectoryContaining("glob:**/metadata")
        .isDirectoryContaining("glob:**/history");
  }

  @Test
  void loadedModelRestoresTheSame() {
    assertThat(column(loaded.transform(frame(MASKED)), "restored"))
        .isEqualTo(column(fitted.transform(frame(MASKED)), "restored"));
  }

  @Test
  void loadedModelKeepsUidAndHistory() {
    assertThat(loaded.uid()).isEqualTo(fitted.uid());
    assertThat(loaded.summary().totalIterations()).isEqualTo(20);
    assertThat(loaded.summary().objectiveHistory()).isEqualTo(fitted.summary().objectiveHistory());
    assertThat(loaded.summary().metrics().columns()).startsWith("step", "loss");
  }

  @Test
  void savingTwiceNeedsOverwrite() throws IOException {
    String path = folder.resolve("twice").toString();
    fitted.save(path);
    assertThatThrownBy(() -> fitted.save(path)).isInstanceOf(IOException.class);
    fitted.write().overwrite().save(path);
    assertThat(EncoderDecoderModel.load(path).uid()).isEqualTo(fitted.uid());
  }

  @Test
  void foreignFolderIsPretrained() throws IOException {
    Path foreign = Files.createDirectory(folder.resolve("foreign"));
    for (String name : List.of("config.json", "model.safetensors", "tokenizer.json")) {
      Files.copy(folder.resolve("model").resolve(name), foreign.resolve(name));
    }
    EncoderDecoderModel model = EncoderDecoderModel.pretrained(foreign.toString());

    assertThat(column(model.transform(frame(MASKED)), "restored"))
        .isEqualTo(column(fitted.transform(frame(MASKED)), "restored"));
    assertThat(model.hasSummary()).isFalse();
  }

  @Test
  void restoresAsTheRestorerDoes() {
    TrainedModel model =
        TrainedModel.folder(
            new org.apache.hadoop.fs.Path(folder.resolve("model").toString()),
            spark.sparkContext().hadoopConfiguration());
    List<String> texts = List.of(MASKED, "sees <mask> that go far.", "a river and <mask>");
    try (Restorer restorer = Restorer.open(model, "auto", 1, 1)) {
      List<String> wanted = texts.stream().map(restorer::restore).map(Restoration::text).toList();

      assertThat(column(fitted.transform(frame(texts.toArray(new String[0]))), "restored"))
          .isEqualTo(wanted);
    }
  }

  /** The saved model in a folder of its own that says how it generates texts. */
  private EncoderDecoderModel generating(String name, String settings) throws IOException {
    Path target = Files.createDirectory(folder.resolve(name));
    for (String file : List.of("config.json", "model.safetensors", "tokenizer.json")) {
      Files.copy(folder.resolve("model").resolve(file), target.resolve(file));
    }
    Files.writeString(target.resolve("generation_config.json"), settings);
    return EncoderDecoderModel.load(target.toString());
  }

  /** The id of the token that the fitted model writes all the time. */
  private static int favorite() {
    return fitted.trained().tokenizer().tokenizer().encode(".")[0];
  }

  @Test
  void restoresAsTheFolderSays() throws IOException {
    EncoderDecoderModel model =
        generating(
            "says",
            """
            {"num_beams": 3, "length_penalty": 2.0, "max_new_tokens": 20, "suppress_tokens": [%d]}
            """
                .formatted(favorite()));
    TrainedModel trained = model.trained();
    DecodingOptions options = Generation.of(trained).decoding(Optional.empty(), 1);
    assertThat(options.beams()).isEqualTo(3);
    try (Restorer restorer = Restorer.open(trained, "auto", 1, options)) {
      assertThat(column(model.transform(frame(MASKED)), "restored"))
          .containsExactly(restorer.restore(MASKED).text())
          .isNotEqualTo(column(fitted.transform(frame(MASKED)), "restored"));
    }
  }

  @Test
  void paramsOverruleTheFolder() throws IOException {
    EncoderDecoderModel model =
        generating("overruled", "{\"num_beams\": 3, \"max_new_tokens\": 2}");
    EncoderDecoderModel same = fitted.copy(fitted.extractParamMap()).setBeams(1).setMaxLength(32);

    String shortest = column(model.transform(frame(MASKED)), "restored").get(0);
    String longer =
        column(model.setBeams(1).setMaxLength(32).transform(frame(MASKED)), "restored").get(0);

    assertThat(shortest).hasSizeLessThan(longer.length());
    assertThat(longer).isEqualTo(column(same.transform(frame(MASKED)), "restored").get(0));
  }

  @Test
  void sampledTextsLackWhatTheFolderSuppresses() throws IOException {
    EncoderDecoderModel model =
        generating("suppressed", "{\"suppress_tokens\": [%d]}".formatted(favorite()))
            .setTemperature(1)
            .setMaxLength(32);
    EncoderDecoderModel usual =
        fitted.copy(fitted.extractParamMap()).setTemperature(1).setMaxLength(32);

    assertThat(column(usual.transform(frame(MASKED)), "restored").get(0)).contains(".");
    assertThat(column(model.transform(frame(MASKED)), "restored").get(0)).doesNotContain(".");
  }

  @Test
  void asManyBeamsAsAlternatives() {
    Row row =
        fitted
            .copy(fitted.extractParamMap())
            .setAlternativesCol("all")
            .setBest(2)
            .transform(frame(MASKED))
            .first();

    assertThat(row.getList(row.fieldIndex("all"))).hasSize(2);
  }

  @Test
  void spansAndAlternativesAreColumns() {
    Row row =
        fitted
            .copy(fitted.extractParamMap())
            .setSpansCol("spans")
            .setAlternativesCol("all")
            .setBeams(3)
            .setBest(2)
            .transform(frame("the <mask> house <mask> by a river."))
            .first();

    assertThat(row.getList(row.fieldIndex("spans"))).hasSize(2);
    assertThat(row.getList(row.fieldIndex("all")))
        .hasSize(2)
        .contains(row.<String>getAs("restored"));
  }

  @Test
  void lossOfTheWantedTextIsAColumn() {
    Dataset<Row> rows = frame(MASKED).withColumn("whole", lit("the old house stands by a river."));
    Row row =
        fitted
            .copy(fitted.extractParamMap())
            .setLossCol("loss")
            .setReferenceCol("whole")
            .transform(rows)
            .first();

    assertThat(row.<Double>getAs("loss")).isBetween(0.1, 10.0);
  }

  @Test
  void badTextsAreNullWithTheirReason() {
    String megabyte = "word ".repeat(200_000);
    List<Row> rows =
        fitted
            .copy(fitted.extractParamMap())
            .setErrorCol("error")
            .transform(frame("", megabyte, MASKED).union(spark.sql("select string(null)")))
            .collectAsList();

    assertThat(rows).extracting(row -> row.isNullAt(1)).containsExactly(true, true, false, true);
    assertThat(rows.get(0).getString(2))
        .isEqualTo("The text to restore is empty: provide some text.");
    assertThat(rows.get(1).getString(2)).contains("tokens, but the model").contains("shorten it");
    assertThat(rows.get(2).isNullAt(2)).isTrue();
    assertThat(rows.get(3).getString(2)).isEqualTo("The text is null.");
  }

  @Test
  void badTextFailsTheJobOnRequest() {
    EncoderDecoderModel strict = fitted.copy(fitted.extractParamMap()).setOnBadText("fail");

    assertThatThrownBy(() -> strict.transform(frame(" ")).collect())
        .satisfies(
            e ->
                assertThat(Failure.sentence(e))
                    .startsWith("A text cannot be restored: The text to restore is empty")
                    .endsWith("set onBadText to null and errorCol to a column for the reason."));
  }

  @Test
  void streamIsRestored() throws Exception {
    Path input = Files.createDirectory(folder.resolve("stream"));
    Files.writeString(input.resolve("a.txt"), MASKED + "\nsees <mask> that go far.\n");
    Dataset<Row> stream =
        spark.readStream().schema(new StructType().add("value", "string")).text(input.toString());
    EncoderDecoderModel model = fitted.copy(fitted.extractParamMap()).setInputCol("value");

    StreamingQuery query =
        model.transform(stream).writeStream().format("memory").queryName("restored").start();
    query.processAllAvailable();
    query.stop();

    assertThat(column(spark.table("restored"), "restored"))
        .hasSize(2)
        .containsAll(column(fitted.transform(frame(MASKED)), "restored"));
  }

  @Test
  void existingColumnIsNotReplaced() {
    assertThatThrownBy(() -> fitted.transform(frame(MASKED).withColumn("restored", lit(1))))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "The DataFrame already has a column 'restored': drop it, or set outputCol to another"
                + " name.");
  }
}
