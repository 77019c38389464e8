package org.palimpsest.cli.invocation;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.PalimpsestException.Kind;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.training.telemetry.RunStatus;

/**
 * How a run is, by what its directory says.
 *
 * @param run its directory
 * @param status content of {@code status.json}
 * @param isActive whether a process may hold the run's lease
 * @param lastEnd the last line of the history
 * @param lastSign when the status or the history was written last, if that can be read
 */
public record RunState(
    String run,
    JsonNode status,
    boolean isActive,
    Optional<HistoryLine> lastEnd,
    Optional<Instant> lastSign) {
  /** Clocks of machines differ by less. */
  private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(5);

  /**
   * Reads the state.
   *
   * @throws PalimpsestException of kind INPUT if no run has been started there
   */
  public static RunState of(StoredFolder folder, boolean active) {
    if (!folder.exists(RunStatus.FILE)) {
      throw PalimpsestException.input(
          "There is no run in %s, because it has no %s: check run.directory."
              .formatted(folder.path(), RunStatus.FILE));
    }
    JsonNode status = folder.readJson(RunStatus.FILE);
    Optional<HistoryLine> lastEnd = new History(folder).last(1).stream().findFirst();
    Optional<Instant> sign =
        Stream.of(time(status.path("time").asText()), lastEnd.flatMap(HistoryLine::ended))
            .flatMap(Optional::stream)
            .max(Comparator.naturalOrder());
    return new RunState(folder.path().toString(), status, active, lastEnd, sign);
  }

  private static Optional<Instant> time(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  public String state() {
    return status.path("state").asText();
  }

  public String reason() {
    return status.path("reason").asText();
  }

  public long step() {
    return status.path("step").asLong();
  }

  public String checkpoint() {
    return status.path("checkpoint").asText();
  }

  /**
   * What a monitor is to report, with the exit code that says so.
   *
   * @param maxAge longest time since the last sign; empty for any
   */
  public Optional<PalimpsestException> trouble(Instant now, Optional<Duration> maxAge) {
    if (state().equals("failed")) {
      return Optional.of(
          new PalimpsestException(
              kind(status.path("exitCode").asInt()),
              "The run in %s failed: %s".formatted(run, reason())));
    }
    if (state().equals("running") && !isActive) {
      return Optional.of(
          PalimpsestException.cluster(
              "The run in %s is running by its own account, but its process has ended: run its command again to go on."
                  .formatted(run)));
    }
    return failureBeforeTraining().or(() -> maxAge.flatMap(longest -> staleness(now, longest)));
  }

  /** An invocation that failed before it trained leaves the status of the one before. */
  private Optional<PalimpsestException> failureBeforeTraining() {
    Instant status = time(this.status.path("time").asText()).orElse(Instant.EPOCH);
    return lastEnd
        .filter(line -> line.text("ending").equals(HistoryLine.FAILED) && !isActive)
        .filter(line -> line.ended().filter(end -> end.isBefore(status)).isEmpty())
        .map(
            line ->
                new PalimpsestException(
                    kind((int) line.number("exitCode").orElse(1)),
                    "The last invocation of the run in %s failed: %s"
                        .formatted(run, line.text("reason"))));
  }

  private Optional<PalimpsestException> staleness(Instant now, Duration longest) {
    if (lastSign.isEmpty()) {
      return Optional.of(
          PalimpsestException.cluster(
              "The run in %s does not say when it was active: its %s is damaged."
                  .formatted(run, RunStatus.FILE)));
    }
    Duration age = Duration.between(lastSign.get(), now);
    if (age.compareTo(CLOCKS_DIFFER.negated()) < 0) {
      return Optional.of(
          PalimpsestException.cluster(
              "The last sign of the run in %s is of %s, which is in the future: set the clocks of its machines and of this one."
                  .formatted(run, lastSign.get())));
    }
    if (age.compareTo(longest) > 0) {
      return Optional.of(
          PalimpsestException.cluster(
              "The last sign of the run in %s is of %s, more than %d min ago: look whether its scheduler still starts it."
                  .formatted(run, lastSign.get(), longest.toMinutes())));
    }
    return Optional.empty();
  }

  private static Kind kind(int exitCode) {
    return Arrays.stream(Kind.values())
        .filter(kind -> kind.exitCode() == exitCode)
        .findFirst()
        .orElse(Kind.OTHER);
  }
}
