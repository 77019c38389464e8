package org.palimpsest.training.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.PalimpsestException.Kind;
import org.palimpsest.storage.FaultPlan.Extent;
import org.palimpsest.storage.FaultPlan.Way;

/** From where a run goes on, and what it deletes. */
@Tag("spark")
class RecoveryTest extends RecoveryCase {
  RecoveryTest(SparkSession spark) {
    super(spark);
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
