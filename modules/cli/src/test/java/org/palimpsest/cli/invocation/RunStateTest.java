package org.palimpsest.cli.invocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.PalimpsestException.Kind;
import org.palimpsest.storage.StoredFolder;

class RunStateTest {
  private static final Instant NOW = Instant.parse("2026-03-02T12:00:00Z");
  private static final Optional<Duration> DAY = Optional.of(Duration.ofHours(26));

  @TempDir private Path folder;

  private RunState state(boolean active) {
    return RunState.of(
        new StoredFolder(new org.apache.hadoop.fs.Path(folder.toString()), new Configuration()),
        active);
  }

  private void status(String state, int code, String time) throws IOException {
    Files.writeString(
        folder.resolve("status.json"),
        "{\"state\":\"%s\",\"exitCode\":%d,\"reason\":\"Why.\",\"step\":7,\"time\":\"%s\"}"
            .formatted(state, code, time));
  }

  private void expect(Optional<PalimpsestException> trouble, Kind kind, String end) {
    assertThat(trouble).isPresent();
    assertThat(trouble.get().kind()).isEqualTo(kind);
    assertThat(trouble.get()).hasMessageStartingWith("The ").hasMessageEndingWith(end);
  }

  @Test
  void isRefusedWithoutARun() {
    assertThatThrownBy(() -> state(false))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "There is no run in file:%s, because it has no status.json: check run.directory."
                .formatted(folder));
  }

  @Test
  void isGoodWhileTheRunTrains() throws IOException {
    status("running", 0, "2026-03-02T11:00:00Z");
    assertThat(state(true).trouble(NOW, DAY)).isEmpty();
  }

  @Test
  void isGoodAtTheTimeLimitHoweverLongAgo() throws IOException {
    status("time-limit", 6, "2025-03-02T11:00:00Z");
    assertThat(state(false).trouble(NOW, Optional.empty())).isEmpty();
  }

  @Test
  void hasTheExitCodeOfAFailure() throws IOException {
    status("failed", 4, "2026-03-02T11:00:00Z");
    expect(state(false).trouble(NOW, DAY), Kind.DIVERGED, " failed: Why.");
  }

  @Test
  void saysThatTheProcessWasKilled() throws IOException {
    status("running", 0, "2026-03-02T11:00:00Z");
    expect(
        state(false).trouble(NOW, DAY),
        Kind.CLUSTER,
        "is running by its own account, but its process has ended: run its command again to go"
            + " on.");
  }

  @Test
  void saysThatNothingWasHeardForTooLong() throws IOException {
    status("finished", 0, "2026-03-01T09:59:00Z");
    expect(
        state(false).trouble(NOW, DAY),
        Kind.CLUSTER,
        "is of 2026-03-01T09:59:00Z, more than 1560 min ago: look whether its scheduler still"
            + " starts it.");
  }

  @Test
  void takesTheEndOfALaterInvocationForASign() throws IOException {
    status("finished", 0, "2026-02-01T09:59:00Z");
    Files.writeString(
        folder.resolve("history.jsonl"),
        "{\"ending\":\"finished\",\"ended\":\"2026-03-02T04:00:00Z\"}\n");
    assertThat(state(false).trouble(NOW, DAY)).isEmpty();
  }

  private void lastEnd(String time) throws IOException {
    Files.writeString(
        folder.resolve("history.jsonl"),
        "{\"ending\":\"failed\",\"exitCode\":3,\"reason\":\"No text.\",\"ended\":\"%s\"}\n"
            .formatted(time));
  }

  @Test
  void hasTheExitCodeOfANightThatFailedBeforeItTrained() throws IOException {
    status("finished", 0, "2026-03-02T04:00:00Z");
    lastEnd("2026-03-02T11:00:00Z");
    expect(state(false).trouble(NOW, DAY), Kind.INPUT, " failed: No text.");
  }

  @Test
  void forgetsAFailureAfterLaterTraining() throws IOException {
    status("finished", 0, "2026-03-02T11:30:00Z");
    lastEnd("2026-03-02T11:00:00Z");
    assertThat(state(false).trouble(NOW, DAY)).isEmpty();
  }

  @Test
  void forgivesANightThatWasRefusedWhileAnotherTrains() throws IOException {
    status("running", 0, "2026-03-02T10:30:00Z");
    lastEnd("2026-03-02T11:00:00Z");
    assertThat(state(true).trouble(NOW, DAY)).isEmpty();
  }

  @Test
  void doesNotTrustATimeInTheFuture() throws IOException {
    status("finished", 0, "2026-03-03T12:00:00Z");
    expect(
        state(false).trouble(NOW, DAY),
        Kind.CLUSTER,
        "is of 2026-03-03T12:00:00Z, which is in the future: set the clocks of its machines and of"
            + " this one.");
  }

  @Test
  void acceptsClocksThatDifferALittle() throws IOException {
    status("finished", 0, "2026-03-02T12:04:00Z");
    assertThat(state(false).trouble(NOW, DAY)).isEmpty();
  }

  @Test
  void saysThatTheTimeIsDamaged() throws IOException {
    status("finished", 0, "yesterday");
    expect(
        state(false).trouble(NOW, DAY),
        Kind.CLUSTER,
        " does not say when it was active: its status.json is damaged.");
  }
}
