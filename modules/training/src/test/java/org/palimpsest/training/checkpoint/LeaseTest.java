package org.palimpsest.training.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.model.ParameterLayout;
import org.palimpsest.model.storage.StoredFolder;
import org.palimpsest.objective.PalimpsestException;

@Timeout(30)
class LeaseTest {
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final Duration SHORT = Duration.ofSeconds(1);

  @TempDir Path folder;
  private org.apache.hadoop.fs.Path path;
  private final Configuration hadoop = new Configuration();

  @BeforeEach
  void name() {
    path = new org.apache.hadoop.fs.Path(folder.toString());
  }

  private Lease take(Duration term) {
    return Lease.take(path, hadoop, term);
  }

  private Checkpoint publish(Checkpoints checkpoints, long step, long fence) {
    StoredFolder target = checkpoints.folder(Checkpoints.folderName(step, "f" + fence));
    TrainingState state =
        new TrainingState(
            0, ParameterLayout.VERSION, step, 0, 0, 0, 0, 0, 0, 3, "data", List.of(), 0, 0, false);
    return checkpoints.publish(target, state, List.of(), fence);
  }

  /** A lease of a process that is not on this machine, as its last renewal left it. */
  private void leaveForeign(long number, Duration term, long expiresMs) throws IOException {
    Files.writeString(
        folder.resolve(String.format("lease-%08d.json", number)),
        """
        {"number":%d,"id":"x","host":"elsewhere","pid":1,"processStartMs":5,"termMs":%d,
         "expiresMs":%d,"isReleased":false,"fromStep":-1}
        """
            .formatted(number, term.toMillis(), expiresMs));
  }

  @Test
  void oneRunAtATime() {
    try (Lease first = take(LONG)) {
      assertThat(first.number()).isEqualTo(1);
      assertThatThrownBy(() -> take(LONG))
          .isInstanceOf(PalimpsestException.class)
          .hasMessageStartingWith("The checkpoints in file:" + folder)
          .hasMessageContaining(" belong to a run that is going on (process ")
          .hasMessageEndingWith("wait until it has ended, or choose another run.directory.");
      first.check();
    }
    try (Lease second = take(LONG)) {
      assertThat(second.number()).isEqualTo(2);
    }
  }

  @Test
  void aLeaseThatOutlivesItsTermIsRenewed() throws InterruptedException {
    try (Lease first = take(SHORT)) {
      Thread.sleep(2 * SHORT.toMillis());
      assertThatThrownBy(() -> take(SHORT)).hasMessageContaining("that is going on");
      first.check();
    }
  }

  @Test
  void anOwnerElsewhereIsGivenItsTermToShowALife() throws IOException {
    leaveForeign(4, SHORT, System.currentTimeMillis() + LONG.toMillis());
    long start = System.nanoTime();
    try (Lease taken = take(LONG)) {
      assertThat(taken.number()).isEqualTo(5);
    }
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(SHORT.toNanos());
  }

  @Test
  void anOwnerElsewhereThatRenewsIsNotDisturbed() throws Exception {
    leaveForeign(4, Duration.ofSeconds(20), System.currentTimeMillis());
    Thread renewing =
        new Thread(
            () -> {
              try {
                Thread.sleep(700);
                leaveForeign(4, Duration.ofSeconds(20), System.currentTimeMillis() + 20_000);
              } catch (InterruptedException | IOException e) {
                throw new IllegalStateException(e);
              }
            });
    renewing.start();
    assertThatThrownBy(() -> take(LONG))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("going on (process 1 on elsewhere)");
    renewing.join();
  }

  @Test
  void oneThatEndedLongAgoOrInADeadProcessHereIsFreeAtOnce() throws IOException {
    leaveForeign(4, LONG, System.currentTimeMillis() - 3 * LONG.toMillis());
    long start = System.nanoTime();
    take(LONG).close();
    String mine = Files.readString(folder.resolve("lease-00000005.json"));
    Files.writeString(
        folder.resolve("lease-00000006.json"),
        mine.replace("\"number\":5", "\"number\":6")
            .replace("\"isReleased\":true", "\"isReleased\":false")
            .replaceAll("\"pid\":\\d+", "\"pid\":2147480000"));
    try (Lease taken = take(LONG)) {
      assertThat(taken.number()).isEqualTo(7);
    }
    assertThat(System.nanoTime() - start).isLessThan(SHORT.toNanos() * 5);
  }

  @Test
  void anOwnerThatStoodStillCannotCommit() throws IOException {
    Checkpoints checkpoints = new Checkpoints(path, hadoop);
    Lease stalled = take(LONG);
    publish(checkpoints, 10, stalled.number());
    leaveForeign(2, LONG, System.currentTimeMillis());
    assertThatThrownBy(stalled::check)
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith("This run stood still for more than 60 s (checkpoint.lease)")
        .hasMessageEndingWith("nothing more is written here.");
    stalled.close();
  }

  /** It stalls between its last look and its manifest: the reader sees to it. */
  @Test
  void aManifestThatComesTooLateIsNoCheckpoint() {
    Checkpoints checkpoints = new Checkpoints(path, hadoop);
    long late;
    try (Lease stalled = take(LONG)) {
      late = stalled.number();
      publish(checkpoints, 10, late);
    }
    try (Lease next = take(LONG)) {
      next.goOnFrom(10);
      publish(checkpoints, 20, late);
      List<String> warnings = new ArrayList<>();
      assertThat(checkpoints.newestValid(warnings::add).orElseThrow().step()).isEqualTo(10);
      assertThat(checkpoints.newest().orElseThrow().folder().path().getName())
          .isEqualTo("step-00000010-f" + late);
      assertThat(warnings)
          .singleElement()
          .asString()
          .contains("step-00000020-f" + late)
          .contains("was published by a process that had lost the run");
      publish(checkpoints, 15, next.number());
      assertThat(checkpoints.newest().orElseThrow().folder().path().getName())
          .isEqualTo("step-00000015-f" + next.number());
    }
  }

  @Test
  void oldLeasesAreForgotten() throws IOException {
    for (int i = 0; i < 12; i++) {
      take(LONG).close();
    }
    try (var files = Files.list(folder)) {
      assertThat(files.map(p -> p.getFileName().toString()).filter(n -> n.startsWith("lease")))
          .hasSize(8)
          .contains("lease-00000012.json");
    }
  }
}
