package org.palimpsest.training.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

/** Tests {@link RunCheckpoints#startOver}. */
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
}
