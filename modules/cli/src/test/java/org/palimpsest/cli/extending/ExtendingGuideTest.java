package org.palimpsest.cli.extending;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.palimpsest.corpus.config.CorpusSettings;
import org.palimpsest.corpus.prepare.Preparation;
import org.palimpsest.model.Device;
import org.palimpsest.model.DropoutKey;
import org.palimpsest.model.Engine;
import org.palimpsest.model.Replica;
import org.palimpsest.model.ReplicaOptions;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.model.optimizer.OptimizerSpec;
import org.palimpsest.model.spec.ModelPreset;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.objective.Objective;
import org.palimpsest.objective.TokenBlock;
import org.palimpsest.objective.Vocabulary;
import org.palimpsest.objective.preset.Objectives;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.event.RunResult;
import org.palimpsest.training.run.Run;

/** Runs every sample of docs/guides/extending.md. */
@Tag("spark")
class ExtendingGuideTest {
  private static final Vocabulary VOCABULARY = Vocabulary.standard(40, 4);
  private static SparkSession spark;

  @TempDir Path folder;

  @BeforeAll
  static void startSpark() {
    spark =
        SparkSession.builder()
            .master("local[2]")
            .appName("extending")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .getOrCreate();
  }

  @AfterAll
  static void stopSpark() {
    spark.stop();
  }

  private static ModelSpec model() {
    return ModelPreset.named("t5-tiny").spec(VOCABULARY);
  }

  private static Batch batch() {
    return Batch.of(
        List.of(Sequences.copyOf(new Random(1), 6, 40), Sequences.copyOf(new Random(2), 6, 40)), 1);
  }

  @Test
  void aRecipeNamesANoiseMaskOfAnotherJar() {
    Map<String, Object> recipe =
        Map.of("noise", Map.of("kind", "every-nth", "period", 3), "source", "mask-token");
    Objective objective = Objectives.parse(recipe);
    DenoisingExample example =
        objective
            .corruptor(VOCABULARY, 6)
            .corrupt(TokenBlock.ofSentence(0, 10, 11, 12, 13, 14, 15), 1, 0);
    int mask = VOCABULARY.mask();
    assertThat(example.sourceTokens()).containsSubsequence(10, 11, mask, 13, 14, mask);
    assertThat(Objectives.parse(objective.describe())).isEqualTo(objective);
  }

  @Test
  void anOptimizerLowersTheLoss() {
    ReplicaOptions options = new ReplicaOptions(Device.CPU, 1, new OptimizerSpec.Sgd(), 1);
    Replica replica = Engine.named("auto").createReplica(model(), options);
    try (SignDescent<Batch> trained = new SignDescent<>(replica)) {
      double before = trained.loss(batch()).mean();
      for (int step = 0; step < 20; step++) {
        trained.zeroGradients();
        trained.backward(batch(), new DropoutKey(1, step, 0, 0));
        trained.update(3e-3);
      }
      assertThat(trained.loss(batch()).mean()).isLessThan(0.5 * before);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"torch", "dl4j"})
  void theGradientOfAnArchitectureIsThatOfItsLoss(String engine) {
    assertThat(AxisCheck.error(engine, model(), batch())).isLessThan(2e-2);
  }

  @Test
  void anEngineOfAnotherJarIsFoundByItsName() {
    ReplicaOptions options = new ReplicaOptions(Device.CPU, 1, new OptimizerSpec.Sgd(), 1);
    try (Replica timed = Engine.named("timed").createReplica(model(), options);
        Replica torch = Engine.named("torch").createReplica(model(), options)) {
      assertThat(timed.loss(batch())).isEqualTo(torch.loss(batch()));
    }
    assertThat(Engine.named("auto").name()).isEqualTo("torch");
  }

  @Test
  void aTaskTrainsAndAListenerWritesItsCurve() throws IOException {
    Path curve = folder.resolve("loss.csv");
    Recipe recipe =
        Recipe.defaults()
            .with(
                "run.directory=\"" + folder.resolve("run") + "\"",
                "training.steps=40",
                "training.workers=2",
                "checkpoint.every=20",
                "schedule.peak=0.01",
                "schedule.warm-up-steps=5");
    RunResult result =
        Run.of(recipe, spark, new CopyTask(model(), 5), Map.of(), new LossCurve(curve)).train();
    assertThat(result.step()).isEqualTo(40);
    assertThat(result.rawTokens()).isEqualTo(40 * 8 * 5);
    assertThat(Files.readAllLines(curve)).isNotEmpty().last().asString().startsWith("40,");
  }

  @Test
  void aRecipeNamesASourceOfAnotherJar() {
    Recipe recipe =
        Recipe.defaults()
            .with(
                "corpus.path=\"" + folder.resolve("corpus") + "\"",
                "corpus.input=\"poems:someone\"",
                "corpus.lanes=2",
                "tokenizer.train.size=420");
    var corpus = Preparation.run(spark, CorpusSettings.from(recipe.config()));
    assertThat(corpus.manifest().training().documents()).isPositive();
    assertThat(
            corpus.manifest().training().documents() + corpus.manifest().validation().documents())
        .isEqualTo(40);
  }

  /** The guide shows the samples as they are; each has at most 60 lines of code. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "EveryNth",
        "SignDescent",
        "AxisCheck",
        "TimedEngine",
        "CopyTask",
        "PoemSource",
        "LossCurve"
      })
  void theGuideShowsTheSample(String sample) throws IOException {
    Path root = Path.of("").toAbsolutePath().getParent().getParent();
    String guide = Files.readString(root.resolve("docs/guides/extending.md"));
    String code =
        Files.readString(
            root.resolve("modules/cli/src/test/java/org/palimpsest/cli/extending")
                .resolve(sample + ".java"));
    String shown = code.substring(code.indexOf("\n/**") + 1);
    assertThat(shown.lines()).hasSizeLessThanOrEqualTo(60);
    assertThat(guide).contains(shown);
  }
}
