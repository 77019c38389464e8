package org.palimpsest.training.finetuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.palimpsest.corpus.Corpus;
import org.palimpsest.corpus.CorpusSettings;
import org.palimpsest.corpus.Preparation;
import org.palimpsest.corpus.Slice;
import org.palimpsest.model.Batch;
import org.palimpsest.model.HeapVector;
import org.palimpsest.model.Initializer;
import org.palimpsest.model.ModelPreset;
import org.palimpsest.model.ModelSpec;
import org.palimpsest.model.ParameterLayout;
import org.palimpsest.model.weights.ModelFolder;
import org.palimpsest.objective.PalimpsestException;
import org.palimpsest.training.Recipe;
import org.palimpsest.training.RunListener;
import org.palimpsest.training.SparkExtension;
import org.palimpsest.training.StepInput;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.checkpoint.Checkpoints;
import org.palimpsest.training.trained.Exporter;
import org.palimpsest.training.trained.Restorer;
import org.palimpsest.training.trained.TrainedModel;

/** Learns to answer with the word that stands in brackets. */
@ExtendWith(SparkExtension.class)
class FineTuningTest {
  private static final String[] WORDS = {
    "old", "house", "stands", "river", "sees", "boats", "go", "far"
  };

  @TempDir static Path folder;

  private final SparkSession spark;
  private final Configuration hadoop;

  FineTuningTest(SparkSession spark) {
    this.spark = spark;
    this.hadoop = spark.sparkContext().hadoopConfiguration();
  }

  /** A model folder that has learned nothing yet, with a tokenizer of its own. */
  @BeforeAll
  static void model(SparkSession spark) throws IOException {
    Path text = folder.resolve("text.txt");
    Files.writeString(text, (String.join(" ", WORDS) + ".\n\n").repeat(50));
    Recipe recipe =
        Recipe.defaults()
            .with(
                "corpus.path=\"" + folder + "/corpus\"",
                "corpus.input=\"" + text + "\"",
                "tokenizer.train.size=300",
                "tokenizer.train.sentinels=2",
                "tokenizer.train.special-tokens=[]",
                "corpus.lanes=1",
                "corpus.block-size=16");
    Corpus corpus = Preparation.run(spark, CorpusSettings.from(recipe.config()));
    ModelSpec spec = ModelPreset.TINY.spec(corpus.vocabulary());
    HeapVector parameters = new HeapVector((int) ParameterLayout.of(spec).size());
    Initializer.initialise(spec, 1, parameters);
    ModelFolder.write(
        new org.apache.hadoop.fs.Path(folder + "/model"),
        spark.sparkContext().hadoopConfiguration(),
        new ModelFolder.Content(spec, parameters, corpus.tokenizerFile().json(), "bart"));
    Files.write(folder.resolve("pairs.jsonl"), lines(600));
  }

  private static List<String> lines(int count) {
    Random random = new Random(3);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String word = WORDS[random.nextInt(WORDS.length)];
      String other = WORDS[random.nextInt(WORDS.length)];
      lines.add("{\"q\": \"%s [%s] %d\", \"a\": \"%s\"}".formatted(other, word, i, word));
    }
    return lines;
  }

  private static Recipe recipe(String name, String... more) {
    return Recipe.defaults()
        .with(
            "run.directory=\"" + folder.resolve(name) + "\"",
            "finetune.from=\"" + folder + "/model\"",
            "finetune.input=\"" + folder + "/pairs.jsonl\"",
            "finetune.source-field=q",
            "finetune.target-field=a",
            "finetune.validation-share=0.1",
            "finetune.max-source-tokens=48",
            "model.dropout=0",
            "schedule.peak=5e-3",
            "schedule.warm-up-steps=10",
            "training.steps=80",
            "training.workers=2",
            "training.batch-blocks=32",
            "checkpoint.every=60")
        .with(more);
  }

  @Test
  void heldOutPairsAreLookedAtOnTheWay() {
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
    Recipe recipe = recipe("looks", "checkpoint.every=20", "evaluation.every=40");
    FineTuning fineTuning = FineTuning.open(recipe, spark);
    fineTuning.run(listener).train();
    assertThat(steps).containsExactly(40L, 80L);
    assertThat(losses.get(1))
        .as("the loss of the report of the last step")
        .isCloseTo(fineTuning.evaluate(fineTuning.newest()).loss(), within(1e-6))
        .isLessThan(losses.get(0));
  }

  @Test
  void aRunLearnsFromPairsAndItsModelCanBePutToUse() {
    FineTuning fineTuning = FineTuning.open(recipe("learns"), spark);
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
          .hasMessageContaining("trained with pairs after bart, has no <mask>");
    }
  }

  @Test
  void aRunGoesOnWhereItWasInterrupted() {
    Recipe first =
        recipe("parts", "training.steps=3", "checkpoint.every=3", "schedule.total-steps=120");
    FineTuning.open(first, spark).run(RunListener.none()).train();
    Recipe rest =
        recipe("parts", "training.steps=6", "checkpoint.every=3", "schedule.total-steps=120");
    FineTuning.open(rest, spark).run(RunListener.none()).train();

    Recipe straight =
        recipe("straight", "training.steps=6", "checkpoint.every=6", "schedule.total-steps=120");
    FineTuning.open(straight, spark).run(RunListener.none()).train();
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

  /** What a step consumes is the same whoever computes it, and an epoch is every pair once. */
  @Test
  void anyNumberOfWorkersLearnsTheSamePairsInEveryStep() {
    FineTuningWorkload workload =
        FineTuning.open(recipe("order", "training.batch-blocks=20"), spark).workload();
    for (int step : new int[] {0, 3, 41}) {
      assertThat(step(workload, step, 3)).as("step %d", step).isEqualTo(step(workload, step, 1));
    }
    long pairs = workload.part().pairs();
    List<String> epoch = new ArrayList<>();
    for (int step = 0; epoch.size() < pairs; step++) {
      epoch.addAll(step(workload, step, 2));
    }
    assertThat(epoch.subList(0, (int) pairs)).doesNotHaveDuplicates();
    assertThat(workload.epoch(pairs / 20 + 1)).isEqualTo(1);
  }

  private static List<String> step(FineTuningWorkload workload, long step, int workers) {
    List<String> sources = new ArrayList<>();
    for (int rank = 0; rank < workers; rank++) {
      Slice slice = new Slice(step, workload.settings().batchPairs(), rank, workers);
      StepInput<Batch> input = new PairBatches(workload.part(), workload.settings(), slice).next();
      for (Batch batch : input.microBatches()) {
        for (int row = 0; row < batch.rows(); row++) {
          int from = row * batch.sourceLength();
          sources.add(
              Arrays.toString(
                  Arrays.copyOfRange(batch.source(), from, from + batch.sourceLengths()[row])));
        }
      }
    }
    return sources;
  }

  /** Whatever the files' kind and number, the pairs are the same. */
  @ParameterizedTest
  @ValueSource(strings = {"parquet", "csv", "tsv"})
  void anyFormatGivesTheSamePairs(String format) {
    String path = folder + "/" + format + "-pairs";
    var table = spark.read().json(folder + "/pairs.jsonl").repartition(3);
    switch (format) {
      case "parquet" -> table.write().mode("overwrite").parquet(path);
      default ->
          table
              .write()
              .mode("overwrite")
              .option("header", "true")
              .option("sep", format.equals("csv") ? "," : "\t")
              .csv(path);
    }
    String kind = format.equals("tsv") ? "finetune.format=tsv" : "finetune.format=auto";
    Recipe recipe = recipe("of-" + format, "finetune.input=\"" + path + "\"", kind);

    assertThat(FineTuning.open(recipe, spark).workload().part().checksums())
        .isEqualTo(FineTuning.open(recipe("of-lines"), spark).workload().part().checksums());
  }

  @Test
  void recordsThatAreNoPairsAreCountedAndNamed() throws IOException {
    List<String> lines = new ArrayList<>(lines(100));
    lines.add("{\"q\": \"only a question\"}");
    lines.add("not JSON at all");
    lines.add("{\"q\": \"  \", \"a\": \"nothing was asked\"}");
    lines.add("{\"q\": \"" + "far ".repeat(200) + "\", \"a\": \"far\"}");
    Path file = folder.resolve("messy.jsonl");
    Files.write(file, lines);
    String input = "finetune.input=\"" + file + "\"";

    assertThat(
            FineTuning.open(recipe("messy", input, "finetune.max-rejected=0.1"), spark).summary())
        .contains("1 sources and 0 targets cut, 3 records left out: ")
        .contains("no a (1)", "no q (1)", "not a JSON object (1)");
    try (var files = Files.list(folder.resolve("messy/pairs"))) {
      String rejected =
          files
              .filter(path -> path.getFileName().toString().startsWith("rejected"))
              .map(FineTuningTest::text)
              .collect(Collectors.joining());
      assertThat(rejected).contains("only a question", "not JSON at all");
    }
    assertThatThrownBy(() -> FineTuning.open(recipe("strict", input), spark))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith(
            "3 of 104 records are no pairs, more than finetune.max-rejected = 0.01 allows: ");
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whatCannotWorkIsOneSentence() throws IOException {
    Path file = folder.resolve("pairs.txt");
    Files.writeString(file, "text");
    String pairs = folder + "/pairs.jsonl";

    refused(
        "finetune.target-field=answer",
        "The pairs in %s have no field 'answer' but q, a: set finetune.source-field and finetune.target-field."
            .formatted(pairs));
    refused(
        "finetune.target-field=q",
        "finetune.source-field and finetune.target-field are both 'q': name two fields.");
    refused(
        "finetune.input=[]",
        "finetune.input is empty: name files of pairs (JSON lines, Parquet, CSV or TSV).");
    refused(
        "finetune.input=\"" + folder + "/none.jsonl\"",
        "The input %s/none.jsonl does not exist: give a file, a folder or a glob of them."
            .formatted(folder));
    refused(
        "finetune.input=\"" + file + "\"",
        "What pairs.txt holds cannot be told by its name: set finetune.format to jsonl, parquet,"
            + " csv or tsv.");
    refused(
        "finetune.from=\"\"",
        "finetune.from is empty: name a model folder, or the directory of a run.");
    refused(
        "finetune.from=\"" + folder + "/refused\"",
        "finetune.from is the run's own directory %s/refused: give the fine-tuning another run.directory."
            .formatted(folder));
    refused(
        "finetune.max-source-tokens=200",
        "finetune.max-source-tokens is 200, but must lie between 3 and the model's 128 positions.");
    refused(
        "training.batch-blocks=1",
        "training.batch-blocks is 1, which is not one pair for each of training.workers 2: raise"
            + " it, or lower the workers.");
  }

  private void refused(String setting, String sentence) {
    assertThatThrownBy(
            () -> FineTuning.open(recipe("refused", setting), spark).run(RunListener.none()))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(sentence);
  }

  @Test
  void otherPairsInTheSameFolderAreRefused() {
    FineTuning.open(recipe("same"), spark);
    assertThatThrownBy(() -> FineTuning.open(recipe("same", "finetune.prefix=\"ask: \""), spark))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "The pairs in file:%s/same/pairs were made with another finetune.prefix (, now ask: ): choose another run.directory, or start over with --fresh."
                .formatted(folder));
    FineTuning.startOver(recipe("same"), hadoop);
    assertThat(FineTuning.open(recipe("same", "finetune.prefix=\"ask: \""), spark).summary())
        .contains("pairs to learn from");
  }
}
