package org.palimpsest.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.config.CorpusSettings;
import org.palimpsest.corpus.text.Input;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.config.TrainingSettings;

/** Tests recipes with the sections of all modules. */
class RecipeTest {
  @TempDir Path folder;

  private Recipe file(String text) throws IOException {
    Path file = folder.resolve("recipe.conf");
    Files.writeString(file, text);
    return Recipe.load(file);
  }

  @Test
  void laterLayersOverrideEarlierOnes() throws IOException {
    Recipe recipe =
        file("training { steps = 7, workers = 2 }").with("training.steps=8", "training.steps = 9");
    assertThat(recipe.section("training").getInt("steps")).isEqualTo(9);
    assertThat(recipe.section("training").getInt("workers")).isEqualTo(2);
    assertThat(recipe.section("training").getInt("inner-steps")).isEqualTo(1);
    assertThat(recipe.seed()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/data/texts//corpus",
        "runs/issue#12",
        "translate ",
        " a",
        "a, b",
        "summarize: ",
        "a=b",
        "C:\\texts",
        "s3a://bucket/a b#c",
        "it's \"so\"",
        "5 apples"
      })
  void aTextIsTakenAsTyped(String text) {
    assertThat(Recipe.defaults().with("corpus.path=" + text).config().getString("corpus.path"))
        .isEqualTo(text);
  }

  @Test
  void whatIsMoreThanATextIsHocon() {
    Recipe recipe =
        Recipe.defaults()
            .with("training.steps = 9", "run.directory=\"a b\"", "corpus.path=${run.directory}/c");
    assertThat(recipe.section("training").getInt("steps")).isEqualTo(9);
    assertThat(recipe.config().getString("corpus.path")).isEqualTo("a b/c");
  }

  @Test
  void resolvesSubstitutionsAfterOverrides() throws IOException {
    Recipe recipe = file("run.directory = runs/a\ncorpus.path = ${run.directory}/text");
    assertThat(recipe.config().getString("corpus.path")).isEqualTo("runs/a/text");
    assertThat(recipe.with("run.directory=runs/b").config().getString("corpus.path"))
        .isEqualTo("runs/b/text");
  }

  @Test
  void resolvesIncludesOfARecipeWithoutAFolder() throws IOException {
    Path below = Files.createTempFile(Path.of(""), "below", ".conf");
    Path above = Files.createTempFile(Path.of(""), "above", ".conf");
    try {
      Files.writeString(below, "training.steps = 9");
      Files.writeString(above, "include \"" + below.getFileName() + "\"");
      Recipe recipe = Recipe.load(above.getFileName());
      assertThat(recipe.section("training").getInt("steps")).isEqualTo(9);
    } finally {
      Files.delete(above);
      Files.delete(below);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "training.step=1, training.step, training.steps",
    "trainning.steps=1, trainning.steps, training.steps",
    "chekpoint.keep=3, chekpoint.keep, checkpoint.keep",
    "model.widht=3, model.widht, model.width",
    "training.steps.more=3, training.steps.more, training.steps"
  })
  void refusesAnUnknownKeyAndNamesTheNearest(String assignment, String key, String nearest) {
    assertThatThrownBy(() -> Recipe.defaults().with(assignment))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "Unknown configuration key '%s': the nearest known key is '%s'."
                .formatted(key, nearest));
  }

  @Test
  void acceptsAnyKeyInAnObjective() {
    Recipe recipe = Recipe.defaults().with("objective { name = mine, noise { density = 0.3 } }");
    assertThat(recipe.objective().toString()).contains("density=0.3");
    assertThat(Recipe.defaults().objective()).isEqualTo("bart");
  }

  @Test
  void replacesAWholeObjectiveAndMergesSingleKeys() {
    Recipe recipe = Recipe.defaults().with("objective { preset = bart, noise { density = 0.3 } }");

    assertThat(recipe.with("objective { preset = t5 }").objective().toString())
        .isEqualTo("{preset=t5}");
    assertThat(recipe.with("objective = mass").objective()).isEqualTo("mass");
    assertThat(recipe.with("objective.noise.density = 0.5").objective().toString())
        .contains("preset=bart", "density=0.5");
  }

  @Test
  void acceptsOneInputOrAList() {
    assertThat(inputs("corpus.input = [a, \"b c\"]")).containsExactly("a", "b c");
    assertThat(inputs("corpus.input = a")).containsExactly("a");
    assertThat(inputs("seed = 3")).containsExactly("wordnet");
  }

  private static List<String> inputs(String assignment) {
    return CorpusSettings.from(Recipe.defaults().with(assignment, "corpus.path = there").config())
        .inputs()
        .stream()
        .map(Input::path)
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"s3a://bucket/a-corpus", "hdfs://name:8020/c", "file:/c#1", "file:///c"})
  void acceptsAnAddressWithoutQuotes(String address) {
    assertThat(Recipe.defaults().with("corpus.path=" + address).config().getString("corpus.path"))
        .isEqualTo(address);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "training.steps=many | training.steps is 'many', but must be a number.",
        "training.outer.nesterov=3 | training.outer.nesterov is '3', but must be true or false.",
        "training=3 | training is a section, not a value: set one of"
            + " training.activation-checkpointing",
        "'nothing' | The assignment 'nothing' has no key or no '=': write --set key=value.",
        "training.steps={ | The assignment 'training.steps={' is not valid HOCON",
      })
  void refusesAValueOfTheWrongType(String assignment, String message) {
    assertThatThrownBy(() -> Recipe.defaults().with(assignment))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "training.steps=0 | training.steps is 0, but must be a whole number of at least 1.",
        "training.steps=1.5 | training.steps is 1.5, but must be a whole number of at least 1.",
        "training.time-limit=soon | training.time-limit is soon, but must be a time such as 30s",
        "training.aggregate=sum | training.aggregate 'sum' is unknown: use one of gradients,"
            + " parameters.",
        "training.inner-steps=4 | set training.inner-steps to 1, or training.aggregate to"
            + " parameters.",
        "training.outer.momentum=0.9 | training.outer applies to averaged parameters only",
        "training.device=tpu | Device 'tpu' is unknown: use cpu, cuda or cuda:N.",
      })
  void refusesAnInvalidSetting(String assignment, String message) {
    Recipe recipe = Recipe.defaults().with(assignment);
    assertThatThrownBy(() -> TrainingSettings.from(recipe))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining(message);
  }

  @Test
  void refusesAMissingOrInvalidFile() throws IOException {
    Path missing = folder.resolve("missing.conf");
    assertThatThrownBy(() -> Recipe.load(missing))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage("The recipe " + missing + " does not exist: check the path after --config.");
    assertThatThrownBy(() -> file("training { steps = "))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith("The recipe cannot be read: ");
  }

  @Test
  void readsBackTheResolvedRecipeWithoutSecrets() {
    Recipe recipe =
        Recipe.defaults().with("training.steps=5", "objective { api-secret = hush, token = a }");
    assertThat(recipe.resolved())
        .contains("steps=5")
        .contains("api-secret=\"(redacted)\"")
        .contains("token=\"(redacted)\"")
        .doesNotContain("hush");
    assertThat(Recipe.parse(recipe.resolved()).resolved()).isEqualTo(recipe.resolved());
    assertThat(recipe.section("tokenizer").getInt("train.size")).isPositive();
    assertThat(recipe.resolved()).contains("tokenizer {");
  }
}
