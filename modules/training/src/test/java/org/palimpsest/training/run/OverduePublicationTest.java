package org.palimpsest.training.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.storage.FaultPlan;
import org.palimpsest.storage.FaultPlan.Extent;
import org.palimpsest.storage.FaultPlan.Way;
import org.palimpsest.training.ToyWorkload;
import org.palimpsest.training.ToyWorkload.InjectedFailure;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.event.RunListener;
import org.palimpsest.training.event.RunResult;

/** A run does not train on and on while the driver publishes no checkpoint. */
@Tag("spark")
@Timeout(120)
class OverduePublicationTest extends ToyRunCase {
  private static final String WATCHER = "palimpsest-checkpoint-watcher";

  private FaultPlan plan;

  OverduePublicationTest(SparkSession spark) {
    super(spark);
  }

  @BeforeEach
  void install() {
    plan = FaultPlan.install(spark.sparkContext().hadoopConfiguration(), FaultPlan.Kind.DISK);
  }

  @AfterEach
  void repair() {
    plan.repair();
  }

  private Recipe recipeOf(String name, String... more) {
    return recipe(name, "training.workers=2", "training.steps=100000", "checkpoint.every=10")
        .with("training.aggregate=parameters", "training.inner-steps=5", "checkpoint.lease=2s")
        .with("training.attempts=1", "run.directory=\"faulty:" + folder.resolve(name) + "\"")
        .with("checkpoint.timeout=1s")
        .with(more);
  }

  private ToyWorkload paced() {
    return ToyWorkload.sound(0.9).with(InjectedFailure.Kind.PACED, 1, -1, folder);
  }

  /** Lets calls fail once the first checkpoint is published. */
  private RunListener afterTheFirst(String thread, String calls, Way way) {
    return new RunListener() {
      @Override
      public void checkpointPublished(String path, long step) {
        if (step == 10) {
          plan.count(
              call -> Thread.currentThread().getName().matches(thread) && call.matches(calls));
          plan.fail(1, way, Extent.FROM_THEN_ON);
        }
      }
    };
  }

  private long newestStep(Recipe recipe) {
    return checkpoints(recipe).newestValid(w -> {}).map(Checkpoint::step).orElse(0L);
  }

  @Test
  void endsARunWhoseFileSystemHangs() {
    endsTheRunInASentence(".*", Way.HANG);
  }

  @Test
  @Tag("torture")
  void endsARunWhoseDriverMayNotReadWhatTheExecutorsWrite() {
    endsTheRunInASentence("open deposit.*", Way.ACCESS_DENIED);
  }

  private void endsTheRunInASentence(String calls, Way way) {
    Recipe recipe = recipeOf("run");

    assertThatThrownBy(() -> train(recipe, paced(), afterTheFirst(WATCHER, calls, way)))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith("The run stopped, because a checkpoint could not be written;")
        .hasMessageContaining("the last good checkpoint is faulty:")
        .hasMessageContaining(" No checkpoint has been published since step 10, although")
        .hasMessageContaining("and that the driver may read what the executors write there.");

    plan.count(call -> true);
    plan.repair();
    assertThat(newestStep(recipe)).isGreaterThanOrEqualTo(10);
    assertThat(train(recipe.with("training.steps=" + (newestStep(recipe) + 5)), paced()).ending())
        .isEqualTo(RunResult.Ending.FINISHED);
  }

  /** Many small checkpoints, which the workers write faster than the driver publishes them. */
  @Test
  void doesNotEndARunWhosePublicationsLagBehind() {
    Recipe recipe = recipeOf("fast", "training.steps=600", "checkpoint.every=5");
    List<Long> published = Collections.synchronizedList(new ArrayList<>());
    RunListener slow =
        new RunListener() {
          @Override
          public void checkpointPublished(String path, long step) {
            published.add(step);
          }
        };

    RunResult result = train(recipe, paced(), slow);

    assertThat(result.ending()).isEqualTo(RunResult.Ending.FINISHED);
    assertThat(published).hasSize(120);
  }

  @Test
  void theDriverDoesNotWaitForItsOwnFilesForEver() {
    Recipe recipe = recipeOf("driver", "training.transport=spark", "training.timeout=3s");
    long start = System.nanoTime();

    assertThatThrownBy(
            () -> train(recipe, paced(), afterTheFirst("palimpsest-checkpoint", ".*", Way.HANG)))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("The driver waited more than 3 s for a checkpoint to be written to ")
        .hasMessageContaining("or raise training.timeout or checkpoint.every.");

    assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(60));
  }
}
