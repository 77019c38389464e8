package org.palimpsest.cli.invocation;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.palimpsest.storage.Retry;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.training.telemetry.LineLog;

/**
 * The history of a run, {@code RUN/history.jsonl}: one line for each invocation, in the order of
 * their ends. Where the file system cannot append, each line is a file of the folder {@code
 * RUN/history}.
 */
public final class History {
  private static final String NAME = "history";

  private final LineLog lines;

  /**
   * Opens a history, which may be empty.
   *
   * @param run directory of the run
   */
  public History(StoredFolder run) {
    lines = new LineLog(run, NAME);
  }

  /** Appends a line. A process that dies meanwhile leaves at most an incomplete one. */
  public void append(HistoryLine line) {
    byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
    Retry.run(() -> lines.keepUpTo(Long.MAX_VALUE - 1, History::place));
    Retry.run(() -> lines.append(number(), bytes));
  }

  /** Only an incomplete line has a place behind all others, so that it is dropped. */
  private static long place(String line) {
    return HistoryLine.read(line).isPresent() ? 0 : Long.MAX_VALUE;
  }

  /** Names a line's own file: no two invocations end in the same microsecond. */
  private static long number() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
  }

  /** The last lines, oldest first. */
  public List<HistoryLine> last(int count) {
    Deque<HistoryLine> last = new ArrayDeque<>();
    lines.forEachLine(
        text ->
            HistoryLine.read(text)
                .ifPresent(
                    line -> {
                      last.add(line);
                      if (last.size() > count) {
                        last.removeFirst();
                      }
                    }));
    return List.copyOf(last);
  }
}
