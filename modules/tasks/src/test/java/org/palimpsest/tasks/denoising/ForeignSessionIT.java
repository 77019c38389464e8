package org.palimpsest.tasks.denoising;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.ml.recommendation.ALS;
import org.apache.spark.ml.recommendation.ALSModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.palimpsest.corpus.config.CorpusSettings;
import org.palimpsest.corpus.prepare.Preparation;
import org.palimpsest.training.checkpoint.Checkpoints;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.event.RunListener;

/** A session that is not ours, such as a notebook's: none of our settings, Java's serializer. */
@Tag("spark")
class ForeignSessionIT {
  private static final StructType RATINGS =
      new StructType()
          .add("user", DataTypes.IntegerType)
          .add("item", DataTypes.IntegerType)
          .add("rating", DataTypes.FloatType);

  @TempDir static Path folder;
  private static SparkSession spark;

  @BeforeAll
  static void start() throws IOException {
    spark =
        SparkSession.builder()
            .master("local[3]")
            .appName("notebook")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .getOrCreate();
    String text =
        IntStream.range(0, 300)
            .mapToObj(i -> "The old house number " + i + " stands by a river and sees boats.")
            .collect(Collectors.joining("\n\n"));
    Files.writeString(folder.resolve("text.txt"), text);
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static Recipe recipe(String transport) {
    return Recipe.defaults()
        .with(
            "run.directory=\"" + folder.resolve("run-" + transport) + "\"",
            "corpus.path=\"" + folder.resolve("corpus-" + transport) + "\"",
            "corpus.input=\"" + folder.resolve("text.txt") + "\"",
            "corpus.block-size=32",
            "corpus.lanes=4",
            "corpus.validation-share=0.1",
            "tokenizer.train.size=420",
            "model.preset=tiny",
            "schedule.warm-up-steps=2",
            "training { steps = 6, workers = 2, batch-blocks = 4, micro-batch-blocks = 2 }",
            "training { aggregate = parameters, inner-steps = 2, transport = " + transport + " }",
            "evaluation.every=4",
            "checkpoint.every=4");
  }

  @Test
  void hasNoneOfOurSettings() {
    assertThat(spark.sparkContext().getConf().contains("spark.serializer")).isFalse();
    assertThat(spark.sparkContext().getConf().contains("spark.kryo.registrator")).isFalse();
    assertThat(spark.sparkContext().getConf().contains("spark.plugins")).isFalse();
  }

  /** Factorizes ratings before, and again after: the session is as it was. */
  @ParameterizedTest
  @ValueSource(strings = {"collective", "spark"})
  void preparesAndTrainsBetweenFactorizations(String transport) {
    List<Float> before = predictions();
    Recipe recipe = recipe(transport);
    long blocks = Preparation.run(spark, CorpusSettings.from(recipe.config())).training().blocks();
    assertThat(blocks).isPositive();

    Pretraining.open(recipe, spark).run(RunListener.none()).train();

    assertThat(newestStep(recipe)).isEqualTo(6);
    assertThat(predictions()).isEqualTo(before);
  }

  private static long newestStep(Recipe recipe) {
    return new Checkpoints(recipe.checkpointPath(), spark.sparkContext().hadoopConfiguration())
        .newest()
        .orElseThrow()
        .step();
  }

  private static List<Float> predictions() {
    ALSModel model = new ALS().setRank(3).setMaxIter(3).setSeed(1).setNumBlocks(2).fit(ratings());
    return model.transform(ratings()).sort("user", "item").collectAsList().stream()
        .map(row -> row.<Float>getAs("prediction"))
        .toList();
  }

  private static Dataset<Row> ratings() {
    List<Row> rows =
        IntStream.range(0, 60)
            .mapToObj(i -> RowFactory.create(i % 6, i / 6, (float) ((i * 7) % 5)))
            .toList();
    return spark.createDataFrame(rows, RATINGS);
  }
}
