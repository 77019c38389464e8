package org.palimpsest.tasks.denoising;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.palimpsest.storage.StoredFile;
import org.palimpsest.training.SparkExtension;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.config.Recipe;

/** A run gives the same bytes each time, and when it is resumed, with every optimizer. */
@ExtendWith(SparkExtension.class)
@Tag("spark")
class ResumedOptimizersTest {
  private static final String OUTER =
      "training.outer{learning-rate=0.7,momentum=0.9,nesterov=true}";

  @TempDir static Path folder;

  private final SparkSession spark;

  ResumedOptimizersTest(SparkSession spark) {
    this.spark = spark;
  }

  @BeforeAll
  static void prepare(SparkSession spark) throws IOException {
    assertThat(SmallRuns.prepare(SmallRuns.recipe(folder, "corpus"), folder, spark)).isNotNull();
  }

  private Checkpoint train(Recipe recipe) {
    return SmallRuns.train(recipe, spark);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "training.inner-steps=5",
        "optimizer{kind=muon,beta2=0.98};model.tied-head=false;training.initial-lost-weight=4;"
            + OUTER
      })
  void sameRecipeGivesTheSameBytesAlsoWhenResumed(String settings) {
    Recipe recipe = recipe(settings, "first");
    Checkpoint first = train(recipe);
    Checkpoint second = train(recipe(settings, "second"));
    assertThat(first.state().step()).isEqualTo(30);
    assertThat(first.state().targetTokens()).isPositive();
    assertThat(SmallRuns.parameters(second)).containsExactly(SmallRuns.parameters(first));
    assertThat(moments(second)).isNotEmpty().isEqualTo(moments(first));
    Recipe interrupted = recipe(settings, "interrupted");
    train(interrupted.with("training.steps=10", "schedule.total-steps=30"));
    // schedule.total-steps must stay what it was.
    Checkpoint third = train(interrupted.with("schedule.total-steps=30"));
    assertThat(SmallRuns.parameters(third)).containsExactly(SmallRuns.parameters(first));
    assertThat(moments(third)).isEqualTo(moments(first));
  }

  /** Hashes of what optimizers keep: of one file where all replicas keep the same. */
  private static Map<String, String> moments(Checkpoint checkpoint) {
    return checkpoint.files().values().stream()
        .filter(file -> file.name().startsWith("optimizer-"))
        .collect(Collectors.toMap(StoredFile::name, StoredFile::sha256));
  }

  @ParameterizedTest
  @Tag("torture")
  @ValueSource(
      strings = {
        "optimizer.kind=rms-adamw",
        "optimizer.kind=adafactor",
        "optimizer.kind=sgd",
        "optimizer.kind=muon",
        "optimizer.kind=muon;training.aggregate=gradients;training.inner-steps=1",
        "optimizer.kind=adafactor;" + OUTER
      })
  void soDoesEveryOptimizer(String settings) {
    sameRecipeGivesTheSameBytesAlsoWhenResumed(settings);
  }

  private static Recipe recipe(String settings, String name) {
    String run = Integer.toHexString(settings.hashCode()) + "-" + name;
    return SmallRuns.recipe(folder, run).with(settings.split(";"));
  }
}
