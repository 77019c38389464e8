package org.palimpsest.tasks.denoising;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.corpus.tokenize.AddedEntries;
import org.palimpsest.evaluation.inference.TrainedModel;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.model.spec.TensorSpec;
import org.palimpsest.training.SparkExtension;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.config.Recipe;

/** Pre-training that begins from a trained model. */
@ExtendWith(SparkExtension.class)
@Tag("spark")
class InitialModelTest extends InitialModelSetup {
  InitialModelTest(SparkSession spark) {
    super(spark);
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
}
