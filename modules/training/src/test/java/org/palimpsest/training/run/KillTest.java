package org.palimpsest.training.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.palimpsest.model.process.ChildJvm;
import org.palimpsest.model.process.Kill;
import org.palimpsest.training.Census;
import org.palimpsest.training.SparkExtension;
import org.palimpsest.training.ToyRuns;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.checkpoint.Checkpoints;
import org.palimpsest.training.config.Recipe;

/**
 * Sends SIGKILL to the training process at random moments, every third time while it writes a
 * checkpoint. The run ends with the same bytes as an uninterrupted run, and every example was used
 * once. Three kills per transport; 20 with {@code -Pkill-tests}.
 */
@ExtendWith(SparkExtension.class)
@Tag("cluster")
class KillTest {
  private static final int KILLS = KilledRun.KILLS;

  @TempDir Path folder;

  private final SparkSession spark;

  KillTest(SparkSession spark) {
    this.spark = spark;
  }

  @ParameterizedTest
  @ValueSource(strings = {"collective", "spark"})
  @Timeout(1800)
  void killedRunEndsWithTheBytesOfAnUninterruptedRun(String transport) throws Exception {
    ToyRuns runs = new ToyRuns(spark, folder);
    Recipe whole = KilledRun.recipe(runs, "whole", transport);
    Recipe killed = KilledRun.recipe(runs, "killed", transport);
    Random random = new Random(transport.hashCode());
    int kills = 0;
    int incomplete = 0;
    while (kills < KILLS && lastStep(runs, killed) < KilledRun.STEPS) {
      int laterMs = kills % 3 == 0 ? 0 : random.nextInt(500);
      kills += killLater(laterMs, killed, transport) ? 1 : 0;
      incomplete += hasIncomplete(runs, killed) ? 1 : 0;
    }
    runs.train(killed, KilledRun.workload());
    runs.train(whole, KilledRun.workload());
    assertThat(kills).as("processes that were killed").isEqualTo(KILLS);
    assertThat(incomplete).as("kills that left an incomplete checkpoint").isPositive();
    assertThat(digest(runs, killed)).isEqualTo(digest(runs, whole));
    float[] once = new float[KilledRun.STEPS * Census.BATCH];
    Arrays.fill(once, 1);
    assertThat(runs.parameters(killed))
        .as("how often each example was used")
        .containsExactly(once, within(1e-4f));
  }

  private static long lastStep(ToyRuns runs, Recipe recipe) {
    return runs.checkpoints(recipe).newest().map(Checkpoint::step).orElse(0L);
  }

  private static boolean hasIncomplete(ToyRuns runs, Recipe recipe) {
    Checkpoints checkpoints = runs.checkpoints(recipe);
    return checkpoints.names().stream().anyMatch(name -> !checkpoints.folder(name).hasManifest());
  }

  /**
   * Kills the process at the first new files, which are those of a checkpoint, or a little later.
   */
  private boolean killLater(int laterMs, Recipe recipe, String transport) throws Exception {
    Path checkpoints = Path.of(recipe.checkpointPath().toString());
    List<String> before = files(checkpoints);
    ChildJvm program =
        ChildJvm.of(KilledRun.class, folder.toString(), "killed", transport)
            .with("-Xmx512m", "-XX:TieredStopAtLevel=1", "-Dpalimpsest.kills=" + KILLS);
    return Kill.of(
        program,
        folder.resolve("log.txt"),
        () -> !files(checkpoints).equals(before),
        Duration.ofMillis(laterMs));
  }

  /** Names of the files in the checkpoints' folder and its subfolders, without leases. */
  private static List<String> files(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(folder, 2)) {
      return all.map(Path::toString).filter(name -> !name.contains("lease-")).sorted().toList();
    } catch (java.io.UncheckedIOException e) {
      return List.of(); // A folder was deleted while it was listed.
    }
  }

  /** A digest of the parameters and of the moments of both workers. */
  static String digest(ToyRuns runs, Recipe recipe) {
    Checkpoint newest = runs.checkpoints(recipe).newestValid(warning -> {}).orElseThrow();
    StringBuilder all = new StringBuilder();
    all.append(newest.step());
    all.append(newest.file(Checkpoint.PARAMETERS).sha256());
    newest
        .state()
        .workers()
        .forEach(w -> all.append(newest.file(w.moments().orElseThrow()).sha256()));
    all.append(HexFormat.of().toHexDigits(newest.state().targetTokens()));
    return all.toString();
  }
}
