package org.palimpsest.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.evaluation.Evaluator;
import org.apache.spark.ml.param.Params;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What a server of Spark Connect does with the stages. */
@ExtendWith(PlainSpark.class)
@Tag("spark")
class ConnectServerTest {
  @TempDir static Path folder;
  private static EncoderDecoderModel fitted;

  private final Dataset<Row> masked;

  ConnectServerTest(SparkSession spark) {
    masked = spark.createDataset(List.of("the old <mask> stands"), Encoders.STRING()).toDF("text");
  }

  @BeforeAll
  static void fit(SparkSession spark) {
    fitted =
        Texts.pretrainer(folder.resolve("run")).setMaxSteps(6).fit(Texts.frame(spark, "text", 100));
  }

  private static Stream<Params> services() {
    return Stream.of(Estimator.class, Transformer.class, Evaluator.class)
        .flatMap(type -> ServiceLoader.load(type).stream())
        .filter(provider -> provider.type().getName().startsWith("org.palimpsest."))
        .map(provider -> (Params) provider.get());
  }

  @Test
  void everyStageIsAService() {
    assertThat(services().map(stage -> stage.getClass().getSimpleName()))
        .containsExactlyInAnyOrder(
            "DenoisingPretrainer",
            "Seq2SeqFineTuner",
            "EncoderDecoderModel",
            "TextCorruptor",
            "ReconstructionEvaluator",
            "TrainingsCall");
  }

  @Test
  void everyStageIsMadeWithAUid() throws ReflectiveOperationException {
    for (Params stage : services().toList()) {
      Params made = stage.getClass().getConstructor(String.class).newInstance("given");

      assertThat(made.uid()).isEqualTo("given");
    }
  }

  @Test
  void cacheKeepsAPointerInsteadOfTheModel() throws Exception {
    Path local = folder.resolve("offloaded");
    EncoderDecoderModel chosen = fitted.copy(fitted.extractParamMap()).setOutputCol("whole");
    new ModelWriter(chosen).saveToLocal(local.toString());

    EncoderDecoderModel back = new ModelReader().loadFromLocal(local.toString());

    try (Stream<Path> files = Files.walk(local)) {
      assertThat(files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum())
          .isLessThan(10_000);
    }
    assertThat(back.uid()).isEqualTo(fitted.uid());
    assertThat(back.transform(masked).first().getString(1))
        .isEqualTo(fitted.transform(masked).first().getString(1));
    assertThat(back.getOrDefault(back.outputCol())).isEqualTo("whole");
  }

  @Test
  void cacheKeepsTheSummary() {
    String local = folder.resolve("summary").toString();
    fitted.saveSummary(local);
    EncoderDecoderModel other = new EncoderDecoderModel();
    other.loadSummary(local, masked);

    assertThat(other.summary().totalIterations()).isEqualTo(6);
    assertThat(other.summary().objectiveHistory()).isEqualTo(fitted.summary().objectiveHistory());
  }

  @Test
  void modelIsSmallForTheCache() {
    assertThat(fitted.estimatedSize()).isBetween(1L << 20, 2L << 20);
  }
}
