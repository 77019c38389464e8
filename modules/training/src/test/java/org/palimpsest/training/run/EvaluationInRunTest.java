package org.palimpsest.training.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.training.SparkExtension;
import org.palimpsest.training.ToyRuns;
import org.palimpsest.training.ToyWorkload;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.event.RunListener;
import org.palimpsest.training.event.RunResult;

@ExtendWith(SparkExtension.class)
@Tag("spark")
class EvaluationInRunTest {
  @TempDir Path folder;

  private final SparkSession spark;
  private final List<Long> evaluations = new ArrayList<>();
  private final List<Long> best = new ArrayList<>();

  EvaluationInRunTest(SparkSession spark) {
    this.spark = spark;
  }

  private Recipe recipe(String... more) {
    return new ToyRuns(spark, folder)
        .recipe("evaluated", "training.steps=40", "checkpoint.every=4", "evaluation.every=4")
        .with(more);
  }

  /** The loss improves until step 12 and then gets worse. */
  private RunResult train(Recipe recipe) {
    RunListener listener =
        new RunListener() {
          @Override
          public void evaluated(long step, double loss, boolean isBest) {
            evaluations.add(step);
            if (isBest) {
              best.add(step);
            }
          }
        };
    return Run.of(recipe, spark, ToyWorkload.sound(0.5), Map.of(), listener)
        .evaluatedBy(checkpoint -> Math.abs(checkpoint.step() - 12))
        .train();
  }

  @Test
  void endsEarlyAndKeepsTheBestCheckpoint() throws Exception {
    Recipe recipe = recipe("evaluation.patience=2", "checkpoint.keep=1");
    RunResult result = train(recipe);
    assertThat(result.ending()).isEqualTo(RunResult.Ending.EARLY);
    assertThat(evaluations).containsExactly(4L, 8L, 12L, 16L, 20L);
    assertThat(best).containsExactly(4L, 8L, 12L);
    assertThat(new ToyRuns(spark, folder).checkpoints(recipe).names())
        .hasSize(2)
        .anyMatch(name -> name.startsWith("step-00000012-"))
        .anyMatch(name -> name.startsWith("step-00000020-"));
    assertThat(Files.readAllLines(folder.resolve("evaluated/evaluations.jsonl")))
        .hasSize(5)
        .first()
        .asString()
        .startsWith("{\"step\":4,\"loss\":8.0,\"checkpoint\":\"step-00000004-");
    assertThat(train(recipe).ending()).as("run again").isEqualTo(RunResult.Ending.EARLY);
    assertThat(evaluations).hasSize(5);
  }

  @Test
  void resumesEvaluationsAfterAnInterruption() {
    Recipe recipe = recipe("evaluation.patience=3");
    train(recipe.with("training.steps=16"));
    assertThat(train(recipe).ending()).isEqualTo(RunResult.Ending.EARLY);
    assertThat(evaluations).containsExactly(4L, 8L, 12L, 16L, 20L, 24L);
  }

  @Test
  void refusesPatienceWithoutEvaluations() {
    assertThatThrownBy(() -> RunPlan.of(Recipe.defaults().with("evaluation.patience=2")))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith("evaluation.patience needs evaluations during the run");
  }
}
