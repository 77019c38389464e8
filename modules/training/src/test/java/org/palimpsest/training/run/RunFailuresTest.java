package org.palimpsest.training.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.PalimpsestException.Kind;
import org.palimpsest.training.ToyRuns;
import org.palimpsest.training.ToyWorkload;
import org.palimpsest.training.ToyWorkload.InjectedFailure;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.event.RunListener;
import org.palimpsest.training.event.RunResult;

/** Runs with a failing worker, a loss that is not finite, or a damaged checkpoint. */
@Tag("spark")
class RunFailuresTest extends ToyRunCase {
  RunFailuresTest(SparkSession spark) {
    super(spark);
  }

  @Test
  void retriesAFailedWorkerFromTheCheckpoint() {
    Recipe reference = recipe("reference", "training.workers=2");
    Recipe recipe = recipe("fault", "training.workers=2", "checkpoint.every=10");
    List<String> warnings = Collections.synchronizedList(new ArrayList<>());
    train(reference, ToyWorkload.sound(0.9));
    train(
        recipe,
        ToyWorkload.sound(0.9).with(InjectedFailure.Kind.THROWS_ONCE, 1, 13, folder),
        ToyRuns.warnings(warnings));
    assertThat(parameters(recipe)).containsExactly(parameters(reference));
    assertThat(warnings)
        .singleElement()
        .asString()
        .startsWith("Worker 1 failed: java.lang.IllegalStateException: injected")
        .endsWith("The segment starts again from the newest checkpoint.");
  }

  @Test
  void givesUpAfterAllAttemptsAndKeepsTheSessionUsable() {
    Recipe recipe =
        recipe("broken", "training.workers=2", "training.attempts=2", "checkpoint.every=10");
    ToyWorkload broken =
        ToyWorkload.sound(0.9).with(InjectedFailure.Kind.THROWS_ALWAYS, 0, 13, folder);
    assertThatThrownBy(() -> train(recipe, broken))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith("A segment of the training failed 2 times: Worker 0 failed:")
        .hasMessageContaining("injected")
        .hasMessageContaining("Run the command again to continue from")
        .hasMessageContaining("step-00000010-");
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    assertThat(context.parallelize(List.of(1, 2, 3), 3).count()).isEqualTo(3);
    assertThat(context.getLocalProperty("spark.jobGroup.id")).isNull();
    RunResult repaired = train(recipe, ToyWorkload.sound(0.9));
    assertThat(repaired.ending()).isEqualTo(RunResult.Ending.FINISHED);
  }

  @Test
  void namesAStalledWorkerAfterTheTimeout() {
    Recipe recipe =
        recipe("stalled", "training.workers=2", "training.attempts=1", "training.timeout=2s");
    ToyWorkload stalling = ToyWorkload.sound(0.9).with(InjectedFailure.Kind.STALLS, 1, 3, folder);
    assertThatThrownBy(() -> train(recipe, stalling))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("Worker 0 failed: The replicas did not finish a sum within")
        .hasMessageContaining("rank 1 is missing")
        .extracting(e -> ((PalimpsestException) e).kind())
        .isEqualTo(Kind.CLUSTER);
    assertThat(train(recipe.with("training.timeout=20s"), ToyWorkload.sound(0.9)).step())
        .isEqualTo(20);
  }

  @Test
  void refusesTooFewSlotsBeforeTheStart() {
    Recipe recipe = recipe("slots", "training.workers=4");
    assertThatThrownBy(() -> train(recipe, ToyWorkload.sound(0)))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "training.workers is 4, but Spark has room for 3 tasks at once (spark.task.cpus is 1):"
                + " lower training.workers, or give Spark more executors or cores, such as --master"
                + " local[4].")
        .extracting(e -> ((PalimpsestException) e).kind())
        .isEqualTo(Kind.CLUSTER);
    assertThat(folder.resolve("slots")).doesNotExist();
  }

  @Test
  void skipsADamagedCheckpoint() throws IOException {
    Recipe recipe = recipe("damaged", "checkpoint.every=10");
    train(recipe, ToyWorkload.sound(0.9));
    float[] sound = parameters(recipe);
    flipOneBit(Path.of(checkpoints(recipe).newest().orElseThrow().folder().path().toUri()));
    List<String> warnings = new ArrayList<>();
    List<Long> starts = new ArrayList<>();
    train(
        recipe,
        ToyWorkload.sound(0.9),
        new RunListener() {
          @Override
          public void warning(String sentence) {
            warnings.add(sentence);
          }

          @Override
          public void segmentStarted(SegmentStart start) {
            starts.add(start.firstStep());
          }
        });
    assertThat(warnings)
        .singleElement()
        .asString()
        .contains("parameters.bin is damaged: its size or checksum differs")
        .endsWith(" is used instead.");
    assertThat(starts).containsExactly(10L);
    assertThat(checkpoints(recipe).names())
        .as("checkpoints, with the damaged one that was put aside")
        .hasSize(3);
    assertThat(parameters(recipe)).containsExactly(sound);
  }

  private static void flipOneBit(Path checkpoint) throws IOException {
    try (RandomAccessFile file =
        new RandomAccessFile(checkpoint.resolve(Checkpoint.PARAMETERS).toFile(), "rw")) {
      file.seek(5);
      int value = file.read();
      file.seek(5);
      file.write(value ^ 1);
    }
  }

  @Test
  void stopsWithTheLastGoodCheckpointWhenDiverged() {
    Recipe recipe =
        recipe(
            "diverged",
            "training.workers=2",
            "training.max-skipped-steps=3",
            "checkpoint.every=10");
    ToyWorkload diverging =
        ToyWorkload.sound(0.9).with(InjectedFailure.Kind.LOSS_IS_NAN_FROM, 0, 14, folder);
    assertThatThrownBy(() -> train(recipe, diverging))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith(
            "Training diverged at step 17, because the loss was not finite in 3 consecutive steps:"
                + " lower schedule.peak or optimizer.clip-norm; the last good checkpoint is ")
        .hasMessageContaining("step-00000010-")
        .extracting(e -> ((PalimpsestException) e).kind())
        .isEqualTo(Kind.DIVERGED);
    assertThat(checkpoints(recipe).newest().orElseThrow().step()).isEqualTo(10);
  }

  /** A listener is called in the thread that publishes, where an error must not be lost. */
  @Test
  @Tag("torture")
  @Timeout(60)
  void anErrorInTheThreadThatPublishesEndsTheRun() {
    Recipe recipe =
        recipe("error", "training.workers=2", "training.steps=100000")
            .with("checkpoint.every=5", "training.attempts=1");
    ToyWorkload paced = ToyWorkload.sound(0.9).with(InjectedFailure.Kind.PACED, 0, -1, folder);
    RunListener failing =
        new RunListener() {
          @Override
          public void checkpointPublished(String path, long step) {
            throw new OutOfMemoryError("injected");
          }
        };
    assertThatThrownBy(() -> train(recipe, paced, failing))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith("The run stopped, because a checkpoint could not be written;")
        .hasMessageContaining("java.lang.OutOfMemoryError: injected");
    assertThat(checkpoints(recipe).newest()).isPresent();
  }
}
