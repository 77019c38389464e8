package org.palimpsest.training.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.PalimpsestException.Kind;
import org.palimpsest.storage.Deadline;
import org.palimpsest.storage.Lease;
import org.palimpsest.training.SparkExtension;
import org.palimpsest.training.ToyRuns;
import org.palimpsest.training.ToyWorkload;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.event.RunListener;

/** Checkpoints of a run are pruned, or all deleted. */
@ExtendWith(SparkExtension.class)
@Tag("spark")
class RunCheckpointsTest {
  @TempDir Path folder;

  private final SparkSession spark;
  private final Configuration hadoop;
  private ToyRuns runs;
  private Recipe recipe;

  RunCheckpointsTest(SparkSession spark) {
    this.spark = spark;
    hadoop = spark.sparkContext().hadoopConfiguration();
  }

  @BeforeEach
  void train() {
    runs = new ToyRuns(spark, folder);
    recipe = runs.recipe("run", "training.steps=10", "checkpoint.every=5");
    runs.train(recipe, ToyWorkload.sound(0.9));
  }

  @Test
  void startOverDeletesAllCheckpoints() {
    List<String> deleted = new ArrayList<>();

    new RunCheckpoints(recipe, hadoop).startOver(() -> deleted.add("pairs"));

    assertThat(runs.checkpoints(recipe).names()).isEmpty();
    assertThat(deleted).containsExactly("pairs");
    assertThat(runs.train(recipe, ToyWorkload.sound(0.9)).targetTokens()).isEqualTo(150);
  }

  @Test
  void startOverRefusesAnActiveRun() {
    List<String> before = runs.checkpoints(recipe).names();
    List<String> deleted = new ArrayList<>();
    try (Lease lease =
        Lease.take(
            recipe.checkpointPath(),
            hadoop,
            Duration.ofSeconds(30),
            Deadline.ofCheckpoints(Duration.ofMinutes(1)))) {
      assertThatThrownBy(
              () -> new RunCheckpoints(recipe, hadoop).startOver(() -> deleted.add("pairs")))
          .isInstanceOf(PalimpsestException.class)
          .hasMessageContaining(" belong to an active run (process ")
          .extracting(e -> ((PalimpsestException) e).kind())
          .isEqualTo(Kind.CLUSTER);
      lease.check();
    }
    assertThat(runs.checkpoints(recipe).names()).isEqualTo(before).isNotEmpty();
    assertThat(deleted).isEmpty();
  }

  private void damageNewest() throws IOException {
    Path file =
        Path.of(runs.checkpoints(recipe).newest().orElseThrow().folder().path().toUri())
            .resolve("parameters.bin");
    byte[] bytes = Files.readAllBytes(file);
    bytes[5] ^= 1;
    Files.write(file, bytes);
  }

  @Test
  void runGoesOnFromWhatPruningHasKept() throws IOException {
    damageNewest();
    List<String> warnings = new ArrayList<>();
    List<Long> starts = new ArrayList<>();
    List<String> deleted =
        new RunCheckpoints(recipe.with("checkpoint.keep=1"), hadoop).prune(warnings::add);
    assertThat(deleted).isEmpty();
    assertThat(warnings).singleElement().asString().contains("damaged").contains("put aside");
    RunListener listener =
        new RunListener() {
          @Override
          public void segmentStarted(SegmentStart start) {
            starts.add(start.firstStep());
          }
        };
    runs.train(recipe, ToyWorkload.sound(0.9), listener);
    assertThat(starts).containsExactly(5L);
  }

  @Test
  void pruningDeletesOldCheckpoints() {
    List<String> names = runs.checkpoints(recipe).names();
    assertThat(names).hasSize(2);
    assertThat(new RunCheckpoints(recipe.with("checkpoint.keep=1"), hadoop).prune(warning -> {}))
        .containsExactly(names.get(0));
    assertThat(runs.checkpoints(recipe).names()).containsExactly(names.get(1));
  }

  @Test
  void startOverDeletesWhatWasPutAside() throws IOException {
    damageNewest();
    List<String> unused =
        new RunCheckpoints(recipe.with("checkpoint.keep=1"), hadoop).prune(warning -> {});
    new RunCheckpoints(recipe, hadoop).startOver(() -> {});
    assertThat(runs.checkpoints(recipe).names()).isEmpty();
  }
}
