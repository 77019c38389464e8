package org.palimpsest.tasks.denoising;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.palimpsest.model.process.ChildJvm;
import org.palimpsest.model.process.Kill;
import org.palimpsest.training.SparkExtension;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.config.Recipe;

/**
 * Sends SIGKILL to a process that trains a model on LibTorch, at random moments after new
 * checkpoints: with every optimizer, inner and outer, the run ends with the parameters and moments
 * of an undisturbed run.
 */
@ExtendWith(SparkExtension.class)
@Tag("torture")
class KilledOptimizersTest {
  private static final String OUTER =
      ";training.outer{learning-rate=0.7,momentum=0.9,nesterov=true}";

  /** With the transport spark, files of workers are named after the Spark task, too. */
  private static final Pattern WITH_TASK = Pattern.compile("^(optimizer-\\d{5})-\\d+");

  @TempDir static Path folder;

  private final SparkSession spark;

  KilledOptimizersTest(SparkSession spark) {
    this.spark = spark;
  }

  @BeforeAll
  static void prepare(SparkSession spark) throws IOException {
    assertThat(SmallRuns.prepare(SmallRuns.recipe(folder, "corpus"), folder, spark)).isNotNull();
  }

  @ParameterizedTest
  @Timeout(1800)
  @ValueSource(
      strings = {
        "optimizer.kind=adamw",
        "optimizer.kind=rms-adamw",
        "optimizer.kind=adafactor",
        "optimizer.kind=sgd",
        "optimizer.kind=muon",
        "optimizer.kind=muon;model.tied-head=false" + OUTER,
        "optimizer.kind=muon;training.transport=spark" + OUTER,
        "optimizer.kind=adamw" + OUTER,
        "optimizer.kind=muon;training.aggregate=gradients;training.inner-steps=1"
      })
  void killedRunEndsWithTheBytesOfAnUndisturbedRun(String settings) throws Exception {
    String name = Integer.toHexString(settings.hashCode());
    Recipe killed = KilledPretraining.recipe(folder, name + "-killed", settings);
    Random random = new Random(settings.hashCode());
    for (int kill = 0; kill < KilledPretraining.KILLS; kill++) {
      assertThat(killLater(random.nextInt(300), killed, name + "-killed", settings))
          .as("whether process %d was killed before its end", kill)
          .isTrue();
    }
    Checkpoint end = SmallRuns.train(killed, spark);
    Recipe undisturbed = KilledPretraining.recipe(folder, name + "-undisturbed", settings);
    assertThat(digests(end)).isEqualTo(digests(SmallRuns.train(undisturbed, spark)));
  }

  /** Kills the process some time after it wrote new files of a checkpoint. */
  private static boolean killLater(int laterMs, Recipe recipe, String name, String settings)
      throws Exception {
    Path checkpoints = Path.of(recipe.checkpointPath().toString());
    List<String> before = files(checkpoints);
    ChildJvm program =
        ChildJvm.of(KilledPretraining.class, folder.toString(), name, settings)
            .with("-Xmx512m", "-Dpalimpsest.kills=" + KilledPretraining.KILLS);
    return Kill.of(
        program,
        folder.resolve("log.txt"),
        () -> !files(checkpoints).equals(before),
        Duration.ofMillis(laterMs));
  }

  /** The folders of checkpoints and their files. */
  private static List<String> files(Path checkpoints) throws IOException {
    if (!Files.isDirectory(checkpoints)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(checkpoints, 2)) {
      return all.map(Path::toString).filter(path -> path.contains("step-")).sorted().toList();
    } catch (java.io.UncheckedIOException e) {
      return List.of(); // A folder was deleted while it was listed.
    }
  }

  /** Step, tokens, and checksums of the files of parameters, moments, and outer state. */
  private static List<String> digests(Checkpoint checkpoint) {
    Stream<String> counts =
        Stream.of("step " + checkpoint.state().step(), "" + checkpoint.state().targetTokens());
    Stream<String> files =
        checkpoint.files().values().stream()
            .filter(file -> file.name().endsWith(".bin"))
            .map(file -> WITH_TASK.matcher(file.name()).replaceFirst("$1") + " " + file.sha256())
            .sorted();
    return Stream.concat(counts, files).toList();
  }
}
