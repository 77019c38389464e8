package org.palimpsest.tasks.denoising;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileUtil;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.prepare.Preparation;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.corpus.tokenize.AddedEntries;
import org.palimpsest.evaluation.inference.Exporter;
import org.palimpsest.evaluation.inference.TrainedModel;
import org.palimpsest.model.HeapVector;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.model.spec.TensorSpec;
import org.palimpsest.training.SparkExtension;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.checkpoint.Checkpoints;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.event.RunListener;

/** Pre-training that begins from a trained model. */
@ExtendWith(SparkExtension.class)
@Tag("spark")
class InitialModelTest {
  /** With steps this small, the first checkpoint still has the initial parameters. */
  private static final String[] ONE_STEP = {
    "training.steps=1",
    "schedule.kind=constant",
    "schedule.peak=1e-12",
    "training.workers=1",
    "optimizer.weight-decay=0"
  };

  @TempDir static Path folder;
  private static TrainedModel model;
  private static float[] trained;

  private final SparkSession spark;
  private final Configuration hadoop;

  InitialModelTest(SparkSession spark) {
    this.spark = spark;
    this.hadoop = spark.sparkContext().hadoopConfiguration();
  }

  @BeforeAll
  static void trainAndExport(SparkSession spark) throws IOException {
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    Recipe recipe =
        recipe("trained", "corpus.input=\"" + SmallRuns.write(folder) + "\"", "objective=mass");
    Corpus unused = Preparation.run(spark, Pretraining.corpusSettings(recipe, hadoop));
    Pretraining.open(recipe, spark).run(RunListener.none()).train();
    model = TrainedModel.newest(recipe, hadoop);
    Exporter.export(model, hadoopPath("model"), hadoop);
    HeapVector all = new HeapVector(Math.toIntExact(ParameterLayout.of(model.spec()).size()));
    model.weights().read(all);
    trained = all.values();
  }

  private static org.apache.hadoop.fs.Path hadoopPath(String name) {
    return new org.apache.hadoop.fs.Path(folder.resolve(name).toString());
  }

  private static Recipe recipe(String name, String... more) {
    return SmallRuns.recipe(folder, name).with("tokenizer.train.sentinels=0").with(more);
  }

  private static Recipe begun(String from, String name, String... more) {
    return recipe(name, ONE_STEP)
        .with("objective=text-infilling", "model.from=\"" + folder.resolve(from) + "\"")
        .with(more);
  }

  private Checkpoint train(Recipe recipe) {
    Pretraining.open(recipe, spark).run(RunListener.none()).train();
    return new Checkpoints(recipe.checkpointPath(), hadoop).newest().orElseThrow();
  }

  private Corpus prepare(Recipe recipe) {
    return Preparation.run(spark, Pretraining.corpusSettings(recipe, hadoop));
  }

  @Test
  void beginsWithTheParametersOfAModelFolder() {
    Checkpoint first = train(begun("model", "of-folder"));

    assertThat(SmallRuns.parameters(first)).containsExactly(trained, within(1e-6f));
  }

  @Test
  void beginsWithTheNewestParametersOfARun() {
    Checkpoint first = train(begun("trained", "of-run"));

    assertThat(SmallRuns.parameters(first)).containsExactly(trained, within(1e-6f));
  }

  @Test
  void takesTheShapeOfTheModelButTheDropoutOfTheRecipe() {
    Recipe recipe = begun("model", "shape", "model.preset=small", "model.dropout=0.25");
    ModelSpec spec = Pretraining.open(recipe, spark).workload().settings().model();

    assertThat(spec).isEqualTo(model.spec().withDropout(0.25));
  }

  @Test
  void takesTheObjectiveOfTheModelUnlessTheRecipeSetsOne() {
    Recipe silent =
        Recipe.of(
            """
            run.directory = "%1$s/objective"
            corpus.path = "%1$s/prepared"
            model.from = "%1$s/trained"
            """
                .formatted(folder));

    assertThat(Pretraining.open(silent, spark).workload().settings().objective().name())
        .isEqualTo("mass");
    assertThat(
            Pretraining.open(silent.with("objective=text-infilling"), spark)
                .workload()
                .settings()
                .objective()
                .name())
        .isEqualTo("text-infilling");
  }

  @Test
  void addsTheTokensThatTheObjectiveNeeds() {
    Recipe recipe =
        begun("model", "sentinels", "objective=t5")
            .with("corpus.path=\"" + folder.resolve("with-sentinels") + "\"")
            .with("corpus.input=\"" + folder.resolve("text.txt") + "\"");
    int before = model.spec().vocabulary();
    Corpus corpus = prepare(recipe);
    Checkpoint first = train(recipe);
    ModelSpec spec = TrainedModel.of(first, hadoop).spec();

    assertThat(corpus.vocabulary().size()).isEqualTo(before + 100);
    assertThat(corpus.vocabulary().sentinel(0)).isEqualTo(before + 99);
    assertThat(corpus.tokenizer().encodeMarked("<extra_id_0>")).containsExactly(before + 99);
    assertThat(spec.vocabulary()).isEqualTo(before + 100);
    float[] rows = embedding(SmallRuns.parameters(first), spec);
    float[] known = embedding(trained, model.spec());
    assertThat(Arrays.copyOf(rows, known.length)).containsExactly(known, within(1e-6f));
    for (int i = 0; i < spec.width(); i++) {
      double sum = 0;
      for (int id = 0; id < before; id++) {
        sum += known[id * spec.width() + i];
      }
      assertThat(rows[before * spec.width() + i]).isCloseTo((float) (sum / before), within(1e-6f));
      assertThat(rows[(before + 99) * spec.width() + i])
          .isCloseTo(rows[before * spec.width() + i], within(1e-6f));
    }
  }

  @Test
  void entriesFromTheCorpusBeginAsTheirPieces() throws IOException {
    Recipe recipe =
        begun("model", "extended", "tokenizer.extend=20")
            .with("corpus.path=\"" + folder.resolve("with-entries") + "\"")
            .with("corpus.input=\"" + otherField() + "\"");
    int before = model.spec().vocabulary();
    Corpus corpus = prepare(recipe);
    Checkpoint first = train(recipe);
    ModelSpec spec = TrainedModel.of(first, hadoop).spec();

    assertThat(spec.vocabulary()).isEqualTo(before + 20);
    float[] rows = embedding(SmallRuns.parameters(first), spec);
    float[] known = embedding(trained, model.spec());
    assertThat(Arrays.copyOf(rows, known.length)).containsExactly(known, within(1e-6f));
    List<List<Integer>> pieces =
        new AddedEntries(model.tokenizer(), corpus.tokenizerFile()).pieces();
    assertThat(pieces).hasSize(20).allMatch(some -> some.size() > 1);
    for (int entry = 0; entry < 20; entry++) {
      for (int i = 0; i < spec.width(); i++) {
        double sum = 0;
        for (int id : pieces.get(entry)) {
          sum += known[id * spec.width() + i];
        }
        assertThat(rows[(before + entry) * spec.width() + i])
            .isCloseTo((float) (sum / pieces.get(entry).size()), within(1e-6f));
      }
    }
    assertThat(corpus.tokenizer().encode(" phosphatase").length)
        .isLessThan(model.tokenizer().tokenizer().encode(" phosphatase").length);
  }

  /** A text with words that the model's tokenizer was not trained on. */
  private static Path otherField() throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 300; i++) {
      text.append("The kinase and the phosphatase number ").append(i).append(" bind zinc.\n\n");
    }
    return Files.writeString(folder.resolve("other-field.txt"), text);
  }

  @Test
  void anExtendedCorpusIsFoundAgain() {
    Recipe recipe =
        begun("model", "again", "tokenizer.extend=5")
            .with("corpus.path=\"" + folder.resolve("again") + "\"")
            .with("corpus.input=\"" + folder.resolve("text.txt") + "\"");
    String first = prepare(recipe).tokenizerFile().sha256();

    assertThat(prepare(recipe).tokenizerFile().sha256()).isEqualTo(first);
    assertThatThrownBy(() -> prepare(recipe.with("tokenizer.extend=6")))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("tokenizer.extend");
  }

  @Test
  void thereMustBeATokenizerToExtend() {
    Recipe recipe = recipe("nothing", "tokenizer.extend=5");

    assertThatThrownBy(() -> Pretraining.corpusSettings(recipe, hadoop))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "tokenizer.extend adds entries to a tokenizer that exists: name it with model.from or"
                + " tokenizer.path, or set tokenizer.train.size for a new one.");
  }

  private static float[] embedding(float[] parameters, ModelSpec spec) {
    return tensor(parameters, spec, ParameterLayout.EMBEDDING);
  }

  private static float[] tensor(float[] parameters, ModelSpec spec, String name) {
    TensorSpec tensor = ParameterLayout.of(spec).tensor(name);
    return Arrays.copyOfRange(
        parameters, Math.toIntExact(tensor.offset()), Math.toIntExact(tensor.end()));
  }

  @Test
  void repeatsLearnedPositions() {
    int known = model.spec().positions();
    Checkpoint first = train(begun("model", "long", "model.positions=" + (known + 3)));
    ModelSpec spec = TrainedModel.of(first, hadoop).spec();
    String name = "model.decoder.embed_positions.weight";
    float[] rows = tensor(SmallRuns.parameters(first), spec, name);
    float[] before = tensor(trained, model.spec(), name);
    int offset = ParameterLayout.POSITION_OFFSET * spec.width();

    assertThat(spec.positions()).isEqualTo(known + 3);
    assertThat(Arrays.copyOf(rows, before.length)).containsExactly(before, within(1e-6f));
    assertThat(Arrays.copyOfRange(rows, before.length, rows.length))
        .containsExactly(
            Arrays.copyOfRange(before, offset, offset + 3 * spec.width()), within(1e-6f));
  }

  @Test
  void resumesWithoutTheModel() {
    Exporter.export(model, hadoopPath("passing"), hadoop);
    Recipe recipe = begun("passing", "resumed");
    train(recipe);
    assertThat(FileUtil.fullyDelete(folder.resolve("passing").toFile())).isTrue();

    assertThat(train(recipe.with("training.steps=2")).state().step()).isEqualTo(2);
  }

  @Test
  void beginsFromItAgainWhenTheRunStartsOver() {
    Recipe recipe = begun("model", "fresh");
    train(recipe.with("schedule.peak=1e-2"));

    Pretraining.open(recipe.fromScratch(), spark).run(RunListener.none()).trainFromScratch();

    Checkpoint first = new Checkpoints(recipe.checkpointPath(), hadoop).newest().orElseThrow();
    assertThat(SmallRuns.parameters(first)).containsExactly(trained, within(1e-6f));
  }

  @Test
  void refusesACorpusOfAnotherTokenizer() {
    Recipe other =
        recipe("other", "corpus.path=\"" + folder.resolve("other-corpus") + "\"")
            .with("tokenizer.train.size=280")
            .with("corpus.input=\"" + folder.resolve("text.txt") + "\"");
    prepare(other);

    assertThatThrownBy(
            () ->
                Pretraining.open(
                    other.with("model.from=\"" + folder.resolve("model") + "\""), spark))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith("The corpus ")
        .hasMessageContaining("was prepared with another tokenizer than that of the model ")
        .hasMessageEndingWith(
            "prepare it with model.from set, into another corpus.path or with --fresh.");
  }

  @Test
  void refusesTheRunsOwnDirectory() {
    assertThatThrownBy(() -> Pretraining.open(begun("own", "own"), spark))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith("model.from is the run's own directory ")
        .hasMessageEndingWith("own: choose another run.directory.");
  }

  @Test
  void refusesAFolderWithoutAModel() {
    assertThatThrownBy(() -> Pretraining.open(begun("nothing", "of-nothing"), spark))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith("There is no checkpoint in ")
        .hasMessageEndingWith("train first (palimpsest pretrain), or name a model folder.");
  }
}
