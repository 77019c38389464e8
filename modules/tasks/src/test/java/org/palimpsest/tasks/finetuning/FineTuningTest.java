package org.palimpsest.tasks.finetuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.evaluation.inference.Exporter;
import org.palimpsest.evaluation.inference.Restorer;
import org.palimpsest.evaluation.inference.TrainedModel;
import org.palimpsest.model.HeapVector;
import org.palimpsest.training.SparkExtension;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.checkpoint.Checkpoints;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.event.RunListener;

/** Fine-tuning runs and the outputs of their models. */
@ExtendWith(SparkExtension.class)
@Tag("spark")
class FineTuningTest {
  @TempDir static Path folder;

  private static PairRuns runs;

  private final Configuration hadoop;

  FineTuningTest(SparkSession spark) {
    this.hadoop = spark.sparkContext().hadoopConfiguration();
  }

  @BeforeAll
  static void prepare(SparkSession spark) throws IOException {
    runs = PairRuns.prepare(spark, folder);
  }

  @Test
  void evaluatesHeldOutPairsDuringTheRun() {
    List<Long> steps = new ArrayList<>();
    List<Double> losses = new ArrayList<>();
    RunListener listener =
        new RunListener() {
          @Override
          public void evaluated(long step, double loss, boolean best) {
            steps.add(step);
            losses.add(loss);
          }
        };
    Recipe recipe = runs.recipe("looks", "checkpoint.every=20", "evaluation.every=40");
    FineTuning fineTuning = runs.open(recipe);
    fineTuning.run(listener).train();
    assertThat(steps).containsExactly(40L, 80L);
    assertThat(losses.get(1))
        .as("the loss of the report of the last step")
        .isCloseTo(fineTuning.evaluate(fineTuning.newest()).loss(), within(1e-6))
        .isLessThan(losses.get(0));
  }

  @Test
  void fineTunesEvaluatesAndExportsAModel() {
    FineTuning fineTuning = runs.open(runs.recipe("learns"));
    PairReport before = fineTuning.evaluate(start());
    fineTuning.run(RunListener.none()).train();
    TrainedModel model = fineTuning.newest();
    PairReport after = fineTuning.evaluate(model);

    assertThat(before.pairs()).isEqualTo(after.pairs()).isBetween(30L, 90L);
    assertThat(after.loss()).isLessThan(before.loss() / 2);
    assertThat(after.exactMatch()).isGreaterThan(before.exactMatch());
    assertThat(after.f1()).isGreaterThanOrEqualTo(after.exactMatch());
    assertThat(after.rougeL()).isBetween(0.0, 1.0);
    assertThat(after.bleu()).isBetween(0.0, 100.0);
    assertThat(after.samples()).hasSize(5).allMatch(sample -> sample.source().contains("["));

    assertThat(model.isFineTuned()).isTrue();
    assertThat(model.objectiveName()).isEqualTo("pairs after bart");
    assertThat(model.spec().dropout()).isZero();
    var target = new org.apache.hadoop.fs.Path(folder + "/exported");
    Exporter.export(model, target, hadoop);
    TrainedModel exported = TrainedModel.folder(target, hadoop);
    assertThat(fineTuning.evaluate(exported).exactMatch()).isEqualTo(after.exactMatch());
    try (Restorer restorer = Restorer.open(exported, "auto", 1, 1)) {
      PairReport.Sample sample = after.samples().get(0);
      assertThat(restorer.restore(sample.source()).text()).isEqualTo(sample.written());
      assertThatThrownBy(() -> restorer.restore("old <mask>"))
          .hasMessageContaining("trained with pairs after bart, does not use <mask>");
    }
  }

  private static int tokens(TrainedModel model, String text) {
    return model.tokenizer().tokenizer().encode(text).length;
  }

  @Test
  void evaluationGeneratesAsTheFolderOfTheModelSays() throws IOException {
    Path copy = Files.createDirectory(folder.resolve("short"));
    for (String file : List.of("config.json", "model.safetensors", "tokenizer.json")) {
      Files.copy(folder.resolve("model").resolve(file), copy.resolve(file));
    }
    Files.writeString(
        copy.resolve("generation_config.json"),
        """
        {"min_new_tokens": 6, "max_new_tokens": 6}\
        """);
    FineTuning fineTuning = runs.open(runs.recipe("says", "finetune.evaluation-pairs=8"));

    TrainedModel model =
        TrainedModel.folder(new org.apache.hadoop.fs.Path(copy.toString()), hadoop).asWriter("");

    assertThat(fineTuning.evaluate(start()).samples())
        .anyMatch(sample -> tokens(model, sample.written()) < 3);
    assertThat(fineTuning.evaluate(model).samples())
        .allMatch(sample -> tokens(model, sample.written()) >= 3);
  }

  @Test
  void samplesAreTheSamePairsInShort() {
    FineTuning fineTuning = runs.open(runs.recipe("samples"));

    List<PairReport.Sample> samples = fineTuning.samples(start(), 3);

    assertThat(samples).hasSize(3).isEqualTo(fineTuning.samples(start(), 3));
    assertThat(samples)
        .allSatisfy(
            sample -> {
              assertThat(sample.source()).contains("[" + sample.wanted() + "]");
              assertThat(sample.written()).hasSizeLessThan(64 * 12);
            });
  }

  @Test
  void resumesAnInterruptedRun() {
    Recipe first =
        runs.recipe("parts", "training.steps=3", "checkpoint.every=3", "schedule.total-steps=120");
    runs.open(first).run(RunListener.none()).train();
    Recipe rest =
        runs.recipe("parts", "training.steps=6", "checkpoint.every=3", "schedule.total-steps=120");
    runs.open(rest).run(RunListener.none()).train();

    Recipe straight =
        runs.recipe(
            "straight", "training.steps=6", "checkpoint.every=6", "schedule.total-steps=120");
    runs.open(straight).run(RunListener.none()).train();
    assertThat(parameters(rest)).containsExactly(parameters(straight));
  }

  private float[] parameters(Recipe recipe) {
    Checkpoint checkpoint = new Checkpoints(recipe.checkpointPath(), hadoop).newest().orElseThrow();
    HeapVector vector = new HeapVector(Math.toIntExact(checkpoint.state().parameters()));
    checkpoint.readParameters(vector);
    return vector.values();
  }

  private TrainedModel start() {
    return TrainedModel.folder(new org.apache.hadoop.fs.Path(folder + "/model"), hadoop);
  }
}
