package org.palimpsest.training.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.PalimpsestException.Kind;
import org.palimpsest.storage.FaultPlan;
import org.palimpsest.storage.FaultPlan.Extent;
import org.palimpsest.storage.FaultPlan.Way;
import org.palimpsest.training.ToyWorkload;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.event.RunListener;

/** From where a run goes on, and what it deletes. */
@Tag("spark")
class RecoveryTest extends ToyRunCase {
  private static final ToyWorkload WORKLOAD = ToyWorkload.sound(0.9);

  private final List<String> warnings = Collections.synchronizedList(new ArrayList<>());
  private final List<Long> starts = new ArrayList<>();
  private final List<Integer> kept = new ArrayList<>();
  private FaultPlan plan;
  private Recipe recipe;

  RecoveryTest(SparkSession spark) {
    super(spark);
  }

  @BeforeEach
  void train() {
    plan = FaultPlan.install(spark.sparkContext().hadoopConfiguration(), FaultPlan.Kind.DISK);
    recipe =
        recipe("run", "training.steps=10", "checkpoint.every=5")
            .with("run.directory=\"faulty:" + folder.resolve("run") + "\"");
    train(recipe, WORKLOAD);
    recipe = recipe.with("training.steps=15");
    plan.repair();
  }

  private RunListener listener() {
    return new RunListener() {
      @Override
      public void warning(String sentence) {
        warnings.add(sentence);
      }

      @Override
      public void segmentStarted(SegmentStart start) {
        starts.add(start.firstStep());
      }

      @Override
      public void checkpointPublished(String path, long step) {
        kept.add((int) folders().stream().filter(RecoveryTest::isFinished).count());
      }
    };
  }

  private void resume() {
    var unused = train(recipe, WORKLOAD, listener());
  }

  private void assertRefuses(String sentence, Kind kind) {
    List<String> before = contents();
    PalimpsestException failure = catchThrowableOfType(PalimpsestException.class, () -> resume());
    assertThat(failure).hasMessageContaining(sentence).message().doesNotContain("\n");
    assertThat(failure.kind()).isEqualTo(kind);
    assertThat(starts).as("first steps of segments").isEmpty();
    assertThat(contents()).isEqualTo(before).isNotEmpty();
  }

  private float[] uninterrupted() {
    Recipe reference = recipe("reference", "training.steps=15");
    train(reference, WORKLOAD);
    return parameters(reference);
  }

  private List<Path> folders() {
    return checkpoints(recipe).names().stream()
        .map(name -> folder.resolve("run/checkpoints").resolve(name))
        .toList();
  }

  private static boolean isFinished(Path checkpoint) {
    return Files.exists(checkpoint.resolve("manifest.json"));
  }

  /** All files of checkpoints. */
  private List<String> contents() {
    try (var files = Files.walk(folder.resolve("run/checkpoints"))) {
      return files.map(Path::toString).filter(name -> !name.contains("lease")).sorted().toList();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void change(Path file, String before, String after) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    assertThat(text).contains(before);
    Files.write(file, text.replace(before, after).getBytes(StandardCharsets.ISO_8859_1));
  }

  private static void damage(Path checkpoint) throws IOException {
    Path file = checkpoint.resolve("parameters.bin");
    byte[] bytes = Files.readAllBytes(file);
    bytes[5] ^= 1;
    Files.write(file, bytes);
  }

  private void failEvery(String call, Way way) {
    plan.count(call::equals);
    plan.fail(1, way, Extent.FROM_THEN_ON);
  }

  @Test
  void checkpointsOfAnotherVersionStopTheRun() throws IOException {
    for (Path checkpoint : folders()) {
      change(checkpoint.resolve("manifest.json"), "\"version\" : 1", "\"version\" : 9");
    }
    assertRefuses(
        " has format version 9, but this version of Palimpsest reads 1 and 2: use the version that"
            + " wrote it.",
        Kind.INPUT);
  }

  @Test
  void checkpointsThatMayNotBeReadStopTheRun() {
    failEvery("open parameters.bin", Way.DENIED_AS_NOT_FOUND);
    assertRefuses(" may be good, but it cannot be read (", Kind.INPUT);
    plan.repair();
    resume();
    assertThat(starts).containsExactly(10L);
    assertThat(parameters(recipe)).containsExactly(uninterrupted());
  }

  @Test
  void manifestsThatMayNotBeReadStopTheRun() {
    failEvery("status manifest.json", Way.DENIED_AS_NOT_FOUND);
    assertRefuses("manifest.json cannot be accessed: ", Kind.INPUT);
  }

  @Test
  void runDoesNotStartAnewAmongDamagedCheckpoints() throws IOException {
    for (Path checkpoint : folders()) {
      damage(checkpoint);
    }
    assertRefuses(", but none is intact: restore one from a copy, or start over", Kind.INPUT);
    startOver();
  }

  private void startOver() {
    Run.of(recipe, spark, WORKLOAD, Map.of(), listener()).trainFromScratch();
    assertThat(starts).containsExactly(0L);
    assertThat(folders()).hasSize(2);
    assertThat(parameters(recipe)).containsExactly(uninterrupted());
  }

  @Test
  void freshRunReplacesCheckpointsOfAnotherVersion() throws IOException {
    for (Path checkpoint : folders()) {
      change(checkpoint.resolve("manifest.json"), "\"version\" : 1", "\"version\" : 9");
    }
    recipe = recipe.fromScratch();
    startOver();
  }

  @Test
  void damagedCheckpointIsPutAsideAndStays() throws IOException {
    Path damaged = folders().get(1);
    damage(damaged);
    resume();
    assertThat(starts).containsExactly(5L);
    assertThat(damaged.resolve("quarantine.json")).content().contains("parameters.bin is damaged");
    assertThat(damaged.resolve("parameters.bin")).exists();
    assertThat(parameters(recipe)).containsExactly(uninterrupted());
    recipe = recipe.with("training.steps=40");
    resume();
    assertThat(folders()).hasSize(3).contains(damaged);
  }

  @Test
  void unfinishedFoldersMakeRoomBeforeAnythingIsWritten() throws IOException {
    Path unfinished = folder.resolve("run/checkpoints/step-00000012-dead");
    Files.createDirectories(unfinished);
    Files.write(unfinished.resolve("parameters.bin"), new byte[1000]);
    plan.count(call -> call.startsWith("write parameters.bin") && Files.exists(unfinished));
    plan.fail(1, Way.FS_ERROR, Extent.FROM_THEN_ON);
    resume();
    assertThat(unfinished).doesNotExist();
    assertThat(warnings).isEmpty();
  }

  @Test
  void fullDiskStopsTheRunAndSaysSo() {
    failEvery("write parameters.bin", Way.FS_ERROR);
    assertThatThrownBy(this::resume)
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith(
            "The run stopped, because a checkpoint could not be written; the last good checkpoint"
                + " is faulty:")
        .hasMessageEndingWith("parameters.bin cannot be written: No space left on device.")
        .extracting(e -> ((PalimpsestException) e).kind())
        .isEqualTo(Kind.CLUSTER);
    plan.repair();
    resume();
    assertThat(starts).containsExactly(10L, 10L);
    assertThat(parameters(recipe)).containsExactly(uninterrupted());
  }

  @Test
  void oneCheckpointMoreIsKeptUntilTheEnd() {
    recipe = recipe.with("training.steps=40", "checkpoint.keep=2");
    resume();
    assertThat(kept).hasSizeGreaterThan(2).endsWith(3, 3).allMatch(count -> count <= 3);
    assertThat(folders()).hasSize(2);
  }

  @Test
  void nothingThatEndsAfterThePublicationUndoesIt() {
    plan.count(call -> call.startsWith("delete step-"));
    plan.fail(1, Way.ACCESS_DENIED, Extent.FROM_THEN_ON);
    recipe = recipe.with("checkpoint.keep=1");
    resume();
    assertThat(warnings).isNotEmpty().allMatch(warning -> warning.contains("cannot be deleted"));
    assertThat(checkpoints(recipe).newest().orElseThrow().step()).isEqualTo(15);
    assertThat(folders()).hasSize(3);
  }
}
