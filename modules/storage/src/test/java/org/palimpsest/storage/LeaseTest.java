package org.palimpsest.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.palimpsest.base.PalimpsestException;

/** Who may take a lease, and when. */
@Timeout(60)
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
    return Lease.take(path, hadoop, term, Deadline.ofCheckpoints(Duration.ofMinutes(1)));
  }

  private Path file(long number) {
    return folder.resolve(String.format("lease-%08d.json", number));
  }

  /** A lease of a process that is not on this machine, as its last renewal left it. */
  private void leaveForeign(long number, Duration term, long expiresMs, long renewals)
      throws IOException {
    Files.writeString(
        file(number),
        """
        {"number":%d,"id":"x","host":"elsewhere","pid":1,"processStartMs":5,"termMs":%d,
         "expiresMs":%d,"renewals":%d,"isReleased":false,"fromStep":-1}
        """
            .formatted(number, term.toMillis(), expiresMs, renewals));
  }

  /** A lease of this process, with changed fields and not released. */
  private void leaveMine(long number, String... changes) throws IOException {
    String mine = new String(LeaseEntry.mine(number, "x", SHORT).json(), StandardCharsets.UTF_8);
    for (int i = 0; i < changes.length; i += 2) {
      assertThat(mine).containsPattern(changes[i]);
      mine = mine.replaceAll(changes[i], changes[i + 1]);
    }
    Files.writeString(file(number), mine);
  }

  private Duration timeToTake(long number) {
    long start = System.nanoTime();
    try (Lease taken = take(LONG)) {
      assertThat(taken.number()).isEqualTo(number);
    }
    return Duration.ofNanos(System.nanoTime() - start);
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
    leaveForeign(4, SHORT, System.currentTimeMillis() + LONG.toMillis(), 3);
    assertThat(timeToTake(5)).isGreaterThanOrEqualTo(SHORT);
  }

  @Test
  void fieldsOfANewerVersionDoNotMakeALeaseUnreadable() throws IOException {
    leaveMine(4, "\"fromStep\"", "\"place\":{\"rack\":[7]},\"fromStep\"");
    assertThatThrownBy(() -> take(SHORT))
        .hasMessageContaining("an active run (process " + ProcessHandle.current().pid() + " on ");
  }

  /** The clocks of two machines may differ by days. */
  @Test
  void anOwnerElsewhereWhoseTimeSeemsToBeOverIsGivenItsTermToo() throws IOException {
    leaveForeign(4, SHORT, System.currentTimeMillis() - Duration.ofDays(3).toMillis(), 3);
    assertThat(timeToTake(5)).isGreaterThanOrEqualTo(SHORT);
  }

  @ParameterizedTest
  @CsvSource({"700, 20000", "700, -20000", "1700, 0"})
  void anOwnerElsewhereThatRenewsIsNotDisturbed(long afterMs, long laterMs) throws Exception {
    Duration term = Duration.ofSeconds(2);
    long expiresMs = System.currentTimeMillis();
    leaveForeign(4, term, expiresMs, 3);
    Thread renewing =
        new Thread(
            () -> {
              try {
                Thread.sleep(afterMs);
                leaveForeign(4, term, expiresMs + laterMs, 4);
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
  void anOwnerElsewhereThatReturnsItsLeaseIsNotWaitedFor() throws Exception {
    leaveForeign(4, LONG, System.currentTimeMillis(), 3);
    Thread ending =
        new Thread(
            () -> {
              try {
                Thread.sleep(500);
                String lease = Files.readString(file(4));
                Files.writeString(file(4), lease.replace("false", "true"));
              } catch (InterruptedException | IOException e) {
                throw new IllegalStateException(e);
              }
            });
    ending.start();
    assertThat(timeToTake(5)).isLessThan(Duration.ofSeconds(20));
    ending.join();
  }

  @Test
  void anOwnerThatIsCertainlyDeadIsNotWaitedFor() throws IOException {
    leaveMine(4, "\"pid\":\\d+", "\"pid\":2147480000", "\"termMs\":\\d+", "\"termMs\":60000");
    assertThat(timeToTake(5)).isLessThan(Duration.ofSeconds(20));
  }

  /** Its clock may have been set, or this one. */
  @Test
  void anOwnerThatRenewsHereIsNotDisturbedWhateverTheClockSays() throws IOException {
    try (Lease held = take(Duration.ofSeconds(4))) {
      String late = Files.readString(file(1)).replaceAll("\"expiresMs\":\\d+", "\"expiresMs\":1");
      Files.writeString(file(1), late);
      assertThatThrownBy(() -> take(LONG)).hasMessageContaining("an active run (process ");
      held.check();
    }
  }

  /** The process lives, but its run has ended, and its file system did not take the lease back. */
  @Test
  void aLeaseThatALivingProcessDoesNotRenewIsGivenItsTerm() throws IOException {
    leaveMine(4, "\"expiresMs\":\\d+", "\"expiresMs\":1");
    assertThat(timeToTake(5)).isGreaterThanOrEqualTo(SHORT);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "\"pidNamespace\":\"pid:; \"pidNamespace\":\"pid:1",
        "\"boot\":\"; \"boot\":\"0",
        "\"host\":\"; \"host\":\"x",
        // As an earlier version wrote it.
        "\"boot\":\"[^\"]*\",\"pidNamespace\":\"[^\"]*\",\"startTicks\":\\d+,; \"ignored\":1,"
      })
  void anOwnerThatCannotBeSeenIsGivenItsTerm(String field, String changed) throws IOException {
    leaveMine(4, "\"pid\":\\d+", "\"pid\":2147480000", field, changed);
    assertThat(timeToTake(5)).isGreaterThanOrEqualTo(SHORT);
  }

  @Test
  void aLeaseThatIsNotWholeIsGivenATerm() throws IOException {
    Files.writeString(file(4), "");
    long start = System.nanoTime();
    take(SHORT).close();
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(SHORT.toNanos());
    assertThat(file(5)).exists();
  }

  @Test
  void anOwnerThatStoodStillCannotCommit() throws IOException {
    Lease stalled = take(LONG);
    leaveForeign(2, LONG, System.currentTimeMillis(), 0);
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

  @Test
  void earlierVersionsReadALease() throws IOException {
    take(LONG).close();
    assertThat(Files.readString(file(1)))
        .contains("\"number\":1,\"id\":\"")
        .containsPattern("\"host\":\"[^\"]+\",\"pid\":\\d+,\"processStartMs\":\\d{6,}")
        .contains("\"termMs\":60000,\"expiresMs\":")
        .contains("\"isReleased\":true,\"fromStep\":-1");
  }
}
