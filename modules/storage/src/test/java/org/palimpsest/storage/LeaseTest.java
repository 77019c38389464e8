package org.palimpsest.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.base.PalimpsestException;

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
          .hasMessageContaining(" belong to an active run (process ")
          .hasMessageEndingWith("wait until it ends, or choose another run.directory.");
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
      assertThatThrownBy(() -> take(SHORT)).hasMessageContaining("an active run");
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
        .hasMessageContaining("active run (process 1 on elsewhere)");
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
    Lease stalled = take(LONG);
    leaveForeign(2, LONG, System.currentTimeMillis());
    assertThatThrownBy(stalled::check)
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith("This run was paused for more than 60 s (checkpoint.lease)")
        .hasMessageEndingWith("this run writes nothing more.");
    stalled.close();
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
