package org.palimpsest.training.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.storage.StoredFile;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.checkpoint.Checkpoints;
import org.palimpsest.training.checkpoint.TrainingState;
import org.palimpsest.training.config.Recipe;

/** Tests which values a recipe takes from a checkpoint, and which values it is compared with. */
class ResumptionTest {
  private static final Configuration HADOOP = new Configuration();

  /** The preset bart with another noise than the current one. */
  private static final String OTHER_BART =
      "objective { name = bart, noise { kind = iid, density = 0.2 }, source { kind = mask-token }"
          + " }";

  @TempDir private Path folder;

  private Recipe recipe(String... assignments) {
    return Recipe.defaults()
        .with("run.directory=\"" + folder.resolve("run") + "\"")
        .with(assignments);
  }

  /** Publishes a checkpoint with a recipe and the meaning of its presets. */
  private Checkpoint recorded(String recipe, String presets) {
    Checkpoints checkpoints = new Checkpoints(recipe().checkpointPath(), HADOOP);
    StoredFolder target = checkpoints.folder(Checkpoints.folderName(1, "abc"));
    List<StoredFile> files = new ArrayList<>();
    Map.of(Checkpoint.RECIPE, recipe, Checkpoint.PRESETS, presets)
        .forEach(
            (name, text) -> {
              byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
              files.add(target.write(name, out -> out.write(bytes)));
            });
    return checkpoints.publish(target, TrainingState.beginning(1, "data"), files, 0);
  }

  @Test
  void unsetKeyHasTheRecordedValue() {
    recorded("optimizer.beta2 = 0.98", "");
    Recipe resumed = recipe().resumed(HADOOP);
    assertThat(resumed.section("optimizer").getDouble("beta2")).isEqualTo(0.98);
    assertThat(resumed.resolved()).contains("beta2=0.98");
  }

  @Test
  void setKeyKeepsItsValue() {
    recorded("training { workers = 3, steps = 70 }", "");
    Recipe resumed = recipe("training.workers=2").resumed(HADOOP).with("checkpoint.keep=7");
    assertThat(resumed.section("training").getInt("workers")).isEqualTo(2);
    assertThat(resumed.section("training").getInt("steps")).isEqualTo(70);
    assertThat(resumed.section("checkpoint").getInt("keep")).isEqualTo(7);
  }

  @Test
  void tellsThatMoreStepsChangeTheLearningRate() {
    Checkpoint checkpoint =
        recorded("training.steps = 40, schedule { kind = linear, warm-up-steps = 0 }", "");

    assertThat(RunPlan.of(recipe("training.steps=4000").resumed(HADOOP)).changedRate(checkpoint))
        .hasValue(
            "training.steps was 40 and is 4000, so the learning rate of step 1 is 0.00100 instead"
                + " of 0.000975: to avoid such a jump, set schedule.total-steps when a run starts,"
                + " or use a schedule without a decay.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "training.steps = 40, schedule.kind = inverse-sqrt",
        "training.steps = 40, schedule { kind = linear, total-steps = 9000 }",
        "training.steps = 4000, schedule.kind = linear",
      })
  void isSilentAboutALearningRateThatStays(String before) {
    Checkpoint checkpoint = recorded(before, "");

    assertThat(RunPlan.of(recipe("training.steps=4000").resumed(HADOOP)).changedRate(checkpoint))
        .isEmpty();
  }

  @Test
  void ignoresRecordedLocationAndTimeLimit() {
    recorded("run.directory = elsewhere, checkpoint.path = there, training.time-limit = 5s", "");
    Recipe resumed = recipe().resumed(HADOOP);
    assertThat(resumed.directory()).isEqualTo(folder.resolve("run").toString());
    assertThat(resumed.checkpointPath()).isEqualTo(recipe().checkpointPath());
    assertThat(resumed.section("training").hasPath("time-limit")).isFalse();
  }

  @Test
  void ignoresRecordedKeysThatNoLongerExist() {
    recorded("training { gone = 3, steps = 70 }, \"strange key\" = 1", "");
    assertThat(recipe().resumed(HADOOP).section("training").getInt("steps")).isEqualTo(70);
  }

  @Test
  void newRunIgnoresTheRecord() {
    recorded("training.steps = 70", "");
    assertThat(recipe().fromScratch().resumed(HADOOP).resolved()).isEqualTo(recipe().resolved());
  }

  @Test
  void runWithoutCheckpointsHasNoRecord() {
    assertThat(recipe().resumed(HADOOP).resolved()).isEqualTo(recipe().resolved());
  }

  @Test
  void setObjectiveIsNotMergedWithTheRecordedOne() {
    recorded("objective { preset = bart, noise { density = 0.2 } }", "");
    Recipe resumed = recipe("objective { preset = mass }").resumed(HADOOP);
    assertThat(resumed.objective()).isEqualTo(Map.of("preset", "mass"));
  }

  @Test
  void modelPresetHasItsRecordedMeaning() {
    recorded("model { preset = tiny, width = null }", "model { width = 48, heads = 3 }");
    Recipe resumed = recipe("model.preset=tiny").resumed(HADOOP);
    assertThat(resumed.section("model").getInt("width")).isEqualTo(48);
    assertThat(resumed.section("model").getInt("heads")).isEqualTo(3);
    assertThat(resumed.resolved()).contains("preset=tiny").contains("width=null");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "objective=bart"})
  void objectiveHasItsRecordedMeaning(String set) {
    recorded("objective = bart", OTHER_BART);
    Recipe recipe = set.isEmpty() ? recipe() : recipe(set);
    Recipe resumed = recipe.resumed(HADOOP);
    assertThat(resumed.objective()).isInstanceOf(Map.class).asString().contains("density=0.2");
    assertThat(resumed.objectiveAsWritten()).isEqualTo("bart");
    assertThat(resumed.resolved()).contains("objective=bart");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // The recorded text, the recorded meaning, a key that may change, and a key that is not
        // recorded.
        "optimizer.beta2=0.98",
        "model.preset=tiny",
        "model.width=48",
        "objective=bart",
        OTHER_BART,
        "training.workers=9",
        "seed=1"
      })
  void acceptsUnchangedValues(String assignment) {
    Checkpoint checkpoint =
        recorded(
            "optimizer.beta2 = 0.98, model { preset = tiny, width = null }, objective = bart",
            "model.width = 48, " + OTHER_BART);
    Recipe resumed = recipe(assignment).resumed(HADOOP);
    assertThatCode(() -> Resumption.refuseChangedKeys(checkpoint, resumed))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "optimizer.beta2=0.999; optimizer.beta2 was 0.98",
        "model.preset=small; model.preset was \"tiny\"",
        "model.width=64; model.width was null",
        "objective=t5; objective was not set",
        "objective { preset = bart }; objective.noise.density was 0.2",
        // A key that the checkpoint does not have.
        "training.z-loss=0.1; training.z-loss was 0"
      })
  void refusesChangedValues(String assignment, String sentence) {
    Checkpoint checkpoint =
        recorded(
            "optimizer.beta2 = 0.98, model { preset = tiny, width = null },"
                + " objective { preset = bart, noise { density = 0.2 } }",
            "model.width = 48");
    Recipe resumed = recipe(assignment).resumed(HADOOP);
    assertThatThrownBy(() -> Resumption.refuseChangedKeys(checkpoint, resumed))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining(sentence)
        .hasMessageContaining(": set it back, or start another run");
  }

  @ParameterizedTest
  @ValueSource(strings = {"training.steps = ${STEPS}", "include \"more.conf\""})
  void refusesARecordedRecipeThatIsNotPlainData(String recipe) {
    recorded(recipe, "");
    assertThatThrownBy(() -> recipe().resumed(HADOOP))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("recipe.conf is not a recorded configuration: it ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"objective = ${HOME}", "include url(\"file:/etc/more.conf\")"})
  void refusesRecordedPresetsThatAreNotPlainData(String presets) {
    recorded("seed = 1", presets);
    assertThatThrownBy(() -> recipe().resumed(HADOOP))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("presets.conf is not a recorded configuration: it ");
  }

  /** Checkpoints hold no secrets, and the default is another corpus. */
  @Test
  void anAddressThatWasRecordedWithoutItsSecretIsAskedFor() {
    recorded("objective.table = \"s3a://(redacted)@bucket/corpus\"", "");
    assertThatThrownBy(() -> recipe().resumed(HADOOP).requireSecretOf("objective.table"))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "objective.table held a secret when the run began, which its checkpoints do not record:"
                + " set it again.");
  }

  @Test
  void anAddressThatIsSetAgainIsUsed() {
    recorded("objective.table = \"s3a://(redacted)@bucket/corpus\"", "");
    Recipe resumed = recipe("objective.table=s3a://me:hush@bucket/corpus").resumed(HADOOP);
    resumed.requireSecretOf("objective.table");
    assertThat(resumed.config().getString("objective.table"))
        .isEqualTo("s3a://me:hush@bucket/corpus");
  }

  @Test
  void anAddressWithoutASecretIsTheRecordedOne() {
    recorded("objective.table = \"s3a://bucket/corpus\"", "");
    Recipe resumed = recipe().resumed(HADOOP);
    resumed.requireSecretOf("objective.table");
    assertThat(resumed.config().getString("objective.table")).isEqualTo("s3a://bucket/corpus");
  }

  @Test
  void comparesSecretsInRedactedForm() {
    Recipe first = recipe("objective { preset = bart, api-secret = hush }");
    Checkpoint checkpoint = recorded(first.resolved(), "");
    assertThatCode(() -> Resumption.refuseChangedKeys(checkpoint, first.resumedFrom(checkpoint)))
        .doesNotThrowAnyException();
  }
}
