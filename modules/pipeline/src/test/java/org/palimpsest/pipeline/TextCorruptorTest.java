package org.palimpsest.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.config.CorpusSettings;
import org.palimpsest.corpus.prepare.Preparation;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.training.config.Recipe;

/** Corrupted texts as columns. */
@ExtendWith(PlainSpark.class)
@Tag("spark")
class TextCorruptorTest {
  @TempDir static Path folder;

  private final SparkSession spark;
  private final Dataset<Row> texts;

  TextCorruptorTest(SparkSession spark) {
    this.spark = spark;
    texts = Texts.frame(spark, "text", 20);
  }

  @BeforeAll
  static void prepareCorpus(SparkSession spark) throws IOException {
    Path text = Files.writeString(folder.resolve("text.txt"), String.join("\n\n", Texts.list(50)));
    Recipe recipe =
        Recipe.defaults()
            .with(
                "run.directory=\"" + folder.resolve("run") + "\"",
                "corpus.input=\"" + text + "\"",
                "corpus.block-size=32",
                "corpus.lanes=1",
                "tokenizer.train.size=420",
                "tokenizer.train.sentinels=16");
    Corpus unused = Preparation.run(spark, CorpusSettings.from(recipe.config()));
  }

  private static TextCorruptor corruptor() {
    return new TextCorruptor().setTokenizerPath(folder.resolve("run").toString()).setMaxTokens(48);
  }

  @Test
  void sourceAndTargetAreColumns() {
    Row row = corruptor().transform(texts).first();

    assertThat(row.<String>getAs("source")).contains("<mask>");
    assertThat(row.<String>getAs("target")).doesNotContain("<mask>").contains("the");
  }

  @Test
  void errorsOfTypingAreNoise() {
    Row row =
        corruptor()
            .setObjective(
                "{steps = [{kind = text-noise, errors = [{kind = dropped-words, rate = 0.1}]}]}")
            .transform(texts)
            .first();

    String source = row.<String>getAs("source");
    String target = row.<String>getAs("target");
    assertThat(source.split(" ", -1)).hasSizeLessThan(target.split(" ", -1).length);
    assertThat(target).contains(source.split(" ", -1)[2]);
  }

  @Test
  void noiseDoesNotDependOnPartitions() {
    List<String> one = corruptor().transform(texts.coalesce(1)).toJSON().collectAsList();
    List<String> seven = corruptor().transform(texts.repartition(7)).toJSON().collectAsList();

    assertThat(seven).containsExactlyInAnyOrderElementsOf(one);
  }

  @Test
  void anotherEpochHasAnotherNoise() {
    List<String> first = corruptor().transform(texts).toJSON().collectAsList();
    List<String> second = corruptor().setEpoch(1).transform(texts).toJSON().collectAsList();

    assertThat(second).isNotEqualTo(first);
  }

  @Test
  void idsRolesAndCountsAreColumns() {
    Row row =
        corruptor()
            .setObjective("t5")
            .setSourceIdsCol("sourceIds")
            .setTargetIdsCol("targetIds")
            .setRolesCol("roles")
            .setLostTokensCol("lost")
            .transform(texts)
            .first();

    List<Integer> roles = row.getList(row.fieldIndex("roles"));
    assertThat(row.<Integer>getList(row.fieldIndex("targetIds"))).hasSameSizeAs(roles);
    assertThat(row.<Integer>getAs("lost"))
        .isEqualTo((int) roles.stream().filter(role -> role == 1).count())
        .isPositive();
    assertThat(row.<String>getAs("source")).contains("<extra_id_0>");
  }

  @Test
  void htmlEscapesTheTextAndColorsTheCorruption() {
    Row row =
        corruptor()
            .setHtmlCol("html")
            .setObjective("{preset = bart, noise { density = 0.5 }}")
            .transform(spark.sql("select 'the <b>old</b> house stands by a river' as text"))
            .first();

    assertThat(row.<String>getAs("html"))
        .contains("&lt;mask&gt;")
        .contains("background:#b5e3b0")
        .doesNotContain("<b>");
  }

  @Test
  void nullEmptyAndLongTextsAreRows() {
    Dataset<Row> odd =
        spark.sql(
            "select string(null) as text union all select '' union all select repeat('word ',"
                + " 200000)");

    List<Row> rows = corruptor().setSourceIdsCol("ids").transform(odd).collectAsList();

    assertThat(rows.get(0).isNullAt(1)).isTrue();
    assertThat(rows.get(1).<Integer>getList(3)).hasSizeLessThanOrEqualTo(2);
    assertThat(rows.get(2).<Integer>getList(3)).hasSizeLessThanOrEqualTo(50).isNotEmpty();
  }

  @Test
  void missingTokenizerIsNamed() {
    assertThatThrownBy(() -> new TextCorruptor().transform(texts))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "tokenizerPath is not set: name a tokenizer.json, or the folder of a model, a corpus or"
                + " a run.");
  }

  @Test
  void objectiveThatDoesNotFitIsRefusedBeforeAnyJob() {
    assertThatThrownBy(() -> corruptor().setObjective("brt").transform(texts))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("brt")
        .hasMessageContaining("bart");
  }

  @Test
  void savedCorruptorIsLoaded() throws IOException {
    String path = folder.resolve("corruptor").toString();
    corruptor().setSeed(7).save(path);

    TextCorruptor loaded = TextCorruptor.load(path);

    assertThat(loaded.transform(texts).toJSON().collectAsList())
        .isEqualTo(corruptor().setSeed(7).transform(texts).toJSON().collectAsList());
  }
}
