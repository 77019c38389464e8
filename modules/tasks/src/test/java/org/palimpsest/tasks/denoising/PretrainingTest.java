package org.palimpsest.tasks.denoising;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.evaluation.Evaluation;
import org.palimpsest.evaluation.EvaluationReport;
import org.palimpsest.evaluation.ModelComparison;
import org.palimpsest.evaluation.inference.Correction;
import org.palimpsest.evaluation.inference.Corrector;
import org.palimpsest.evaluation.inference.Exporter;
import org.palimpsest.evaluation.inference.Restoration;
import org.palimpsest.evaluation.inference.Restorer;
import org.palimpsest.evaluation.inference.TrainedModel;
import org.palimpsest.model.DecodingOptions;
import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.objective.TokenBlock;
import org.palimpsest.objective.preset.Objectives;
import org.palimpsest.training.SparkExtension;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.checkpoint.Checkpoints;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.event.RunListener;

/** A small pre-training run: a corpus, a tiny model, LibTorch, two replicas. */
@ExtendWith(SparkExtension.class)
@Tag("spark")
class PretrainingTest {
  @TempDir static Path folder;
  private static Corpus corpus;
  private static Recipe trained;
  private static TrainedModel model;
  private static TrainedModel exported;

  private final SparkSession spark;
  private final Configuration hadoop;

  PretrainingTest(SparkSession spark) {
    this.spark = spark;
    this.hadoop = spark.sparkContext().hadoopConfiguration();
  }

  @BeforeAll
  static void prepare(SparkSession spark) throws IOException {
    corpus = SmallRuns.prepare(recipe("corpus"), folder, spark);
    trainAndExport(spark);
  }

  private static void trainAndExport(SparkSession spark) {
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    trained = recipe("trained", "training.steps=60", "schedule.warm-up-steps=20");
    Pretraining.open(trained, spark).run(RunListener.none()).train();
    model = TrainedModel.newest(trained, hadoop);
    org.apache.hadoop.fs.Path target =
        new org.apache.hadoop.fs.Path(folder.resolve("model").toString());
    Exporter.export(model, target, hadoop);
    exported = TrainedModel.folder(target, hadoop);
  }

  private static Recipe recipe(String name, String... more) {
    return SmallRuns.recipe(folder, name).with(more);
  }

  private Checkpoint train(Recipe recipe) {
    return SmallRuns.train(recipe, spark);
  }

  @Test
  void opensTheNewestCheckpoint() {
    Checkpoints checkpoints = new Checkpoints(trained.checkpointPath(), hadoop);

    assertThat(model.origin()).isEqualTo(checkpoints.newest().orElseThrow().path());
  }

  @Test
  void evaluatesTheModelAndBaselines() {
    EvaluationReport report = Evaluation.open(trained, spark).score(model);

    assertThat(report.objective()).isEqualTo("bart");
    assertThat(report.blocks()).isEqualTo(corpus.validation().blocks());
    assertThat(report.sample().utf8Bytes()).isEqualTo(corpus.manifest().validation().utf8Bytes());
    assertThat(report.damaged().positions()).isPositive();
    assertThat(report.unigram().positions()).isEqualTo(report.damaged().positions());
    assertThat(report.bigram().positions()).isEqualTo(report.damaged().positions());
    assertThat(report.loss()).isLessThan(Math.log(corpus.vocabulary().size()));
    assertThat(report.perplexity()).isCloseTo(Math.exp(report.loss()), within(1e-9));
    assertThat(report.bigram().loss()).isLessThan(report.unigram().loss());
    assertThat(report.bigram().accuracy()).isGreaterThan(report.unigram().accuracy());
    assertThat(report.restored().texts()).isPositive();
  }

  @Test
  void evaluationIsReproducible() {
    EvaluationReport first = Evaluation.open(trained, spark).score(model);
    EvaluationReport second = Evaluation.open(trained, spark).score(model);

    assertThat(second.losses()).isEqualTo(first.losses());
    assertThat(second.certainty()).isEqualTo(first.certainty());
    assertThat(first.certainty().loss().orElseThrow().contains(first.loss())).isTrue();
    assertThat(first.certainty().documents()).isBetween(2, (int) first.blocks());
  }

  @Test
  void comparesModelsDocumentByDocument() {
    train(recipe("younger", "training.steps=5"));
    TrainedModel younger = TrainedModel.newest(recipe("younger"), hadoop);
    Evaluation evaluation = Evaluation.open(trained, spark);

    ModelComparison comparison = evaluation.compare(model, younger);

    EvaluationReport scores = evaluation.score(model);
    assertThat(comparison.sample()).isEqualTo(scores.sample());
    assertThat(comparison.documents()).isEqualTo(scores.certainty().documents());
    assertThat(comparison.first().losses().perToken().value())
        .isCloseTo(scores.loss(), within(1e-9));
    assertThat(comparison.first().losses().perByte().value())
        .isCloseTo(scores.natsPerByte(), within(1e-9));
    assertThat(comparison.difference().perToken().value()).isNegative();
    assertThat(comparison.isDistinct()).isTrue();
  }

  @Test
  void exportedModelHasTheSameScores() {
    EvaluationReport ofCheckpoint = Evaluation.open(trained, spark).score(model);
    EvaluationReport ofFolder = Evaluation.open(trained, spark).score(exported);

    assertThat(exported.objectiveName()).isEqualTo("bart");
    assertThat(ofFolder.damaged()).isEqualTo(ofCheckpoint.damaged());
  }

  @Test
  void restoresOneSpanPerMask() {
    try (Restorer restorer = Restorer.open(exported, "auto", 1, 1)) {
      Restoration restored = restorer.restore("the old <mask> stands by a river.");

      assertThat(restored.source()).contains("<mask>");
      assertThat(restored.spans()).hasSize(1);
      assertThat(restorer.restore("the old house stands.").spans()).isEmpty();
    }
  }

  /** A text of 20 sentences is longer than the model's positions. */
  @Test
  void correctsATextOfAnyLength() {
    try (Restorer restorer = Restorer.open(model, "auto", 1, 1)) {
      String sentence = "The old house stands by a river and sees boats.";
      String text = (sentence + " ").repeat(20);
      Correction correction = new Corrector(restorer, Double.NEGATIVE_INFINITY).correct(text);
      assertThat(correction.text()).isEqualTo((restorer.restore(sentence).text() + " ").repeat(20));
      assertThat(correction.changes()).isNotEmpty();
      Corrector sure = new Corrector(restorer, Double.POSITIVE_INFINITY);
      assertThat(sure.correct(text).changes()).isEmpty();
    }
  }

  @Test
  void returnsAlternativeRestorations() {
    DecodingOptions three = new DecodingOptions(40, 4, 1.0).withBest(3);
    try (Restorer restorer = Restorer.open(exported, "auto", 1, three)) {
      assertThat(restorer.alternatives("the old <mask> stands by a river."))
          .hasSize(3)
          .allMatch(alternative -> alternative.spans().size() == 1);
    }
  }

  @Test
  void restoresACorruptedBlockNextToItsOriginal() {
    TokenBlock block = corpus.validation().block(0).block();
    DenoisingExample corrupted =
        Objectives.parse("bart").corruptor(corpus.vocabulary(), 32).corrupt(block, 1, 0);
    try (Restorer restorer = Restorer.open(exported, "auto", 1, 1)) {
      assertThat(restorer.restore(block, corrupted).original())
          .contains(corpus.tokenizer().decode(block.tokens()).strip());
    }
  }

  @Test
  void refusesAnEmptyOrTooLongText() {
    try (Restorer restorer = Restorer.open(exported, "auto", 1, 1)) {
      assertThatThrownBy(() -> restorer.restore("  "))
          .isInstanceOf(PalimpsestException.class)
          .hasMessage("The text to restore is empty: provide some text.");
      assertThatThrownBy(() -> restorer.restore("word ".repeat(400)))
          .isInstanceOf(PalimpsestException.class)
          .hasMessageContaining("tokens, but the model")
          .hasMessageEndingWith("shorten it, or restore it in pieces.");
    }
  }

  /** The corpus was prepared without regard to it, and has no text; the table is read once. */
  @Test
  void trainsOnErrorsInTheText() throws IOException {
    Path table = Files.writeString(folder.resolve("table.txt"), "ou uo\nt d\n");
    String errors =
        "errors=[{kind=confusions,file=\"%s\",rate=0.1},{kind=swapped-words,rate=0.01}]"
            .formatted(table);
    Recipe recipe =
        recipe("typing", "training.steps=10")
            .with("objective={steps=[{kind=text-noise," + errors + "}]}")
            .with("model.positions=128");
    train(recipe);
    Files.delete(table);
    TrainedModel typing = TrainedModel.newest(recipe, hadoop);
    EvaluationReport report = Evaluation.open(recipe, spark).score(typing);
    assertThat(report.damaged().positions()).isPositive();
    assertThat(report.moved().positions()).isPositive();

    org.apache.hadoop.fs.Path target =
        new org.apache.hadoop.fs.Path(folder.resolve("typing-model").toString());
    Exporter.export(typing, target, hadoop);
    TrainedModel ofFolder = TrainedModel.folder(target, hadoop);
    try (Restorer restorer = Restorer.open(ofFolder, "auto", 1, 1)) {
      assertThat(restorer.restore("the old huose stands").source())
          .isEqualTo("the old huose stands");
    }
  }

  @Test
  void restoresGapsWithAT5() {
    Recipe recipe =
        recipe("t5", "model.preset=t5-tiny", "objective=t5", "training.steps=10")
            .with("optimizer.kind=adafactor", "training.z-loss=1e-4");
    train(recipe);
    TrainedModel t5 = TrainedModel.newest(recipe, hadoop);
    EvaluationReport report = Evaluation.open(recipe, spark).score(t5);
    assertThat(report.damaged().positions()).isPositive();
    assertThat(report.restored().spans()).isPositive();
    assertThat(report.restored().unigramRougeL()).isPositive();

    org.apache.hadoop.fs.Path target =
        new org.apache.hadoop.fs.Path(folder.resolve("t5-model").toString());
    Exporter.export(t5, target, hadoop);
    TrainedModel ofFolder = TrainedModel.folder(target, hadoop);
    assertThat(ofFolder.objectiveName()).isEqualTo("t5");
    assertThat(ofFolder.spec()).isEqualTo(t5.spec());
    try (Restorer restorer = Restorer.open(ofFolder, "auto", 1, 1)) {
      Restoration restored = restorer.restore("the old <mask> stands by a <mask> and sees boats");
      assertThat(restored.source()).contains("<extra_id_0>", "<extra_id_1>");
      assertThat(restored.spans()).hasSize(2);
      assertThat(restored.text()).startsWith("the old").doesNotContain("extra_id");
      assertThatThrownBy(() -> restorer.restore("the old house"))
          .isInstanceOf(PalimpsestException.class)
          .hasMessageEndingWith(
              "trained with t5, fills gaps only: write <mask> where words are missing.");
    }
  }

  @Test
  void refusesAnInvalidRecipeBeforeTheStart() {
    assertThatThrownBy(() -> train(recipe("few", "training.batch-blocks=1")))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "training.batch-blocks is 1, but must be at least training.workers = 2: "
                + "raise it, or lower training.workers.");
    assertThatThrownBy(() -> train(recipe("short", "model.positions=20")))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("but model.positions is 20: raise model.positions");
    assertThatThrownBy(() -> train(recipe("nowhere", "corpus.path=\"" + folder + "/no\"")))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("is not a corpus");
    assertThatThrownBy(() -> TrainedModel.newest(recipe("nothing"), hadoop))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith("There is no checkpoint in ")
        .hasMessageEndingWith("train first (palimpsest pretrain), or name a model folder.");
    assertThat(folder.resolve("few")).doesNotExist();
  }
}
