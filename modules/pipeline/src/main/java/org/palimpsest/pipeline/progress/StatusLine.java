package org.palimpsest.pipeline.progress;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The state of a training in a line for people. */
final class StatusLine {
  private static final long MINUTE = 60;
  private static final long HOUR = 60 * MINUTE;

  private StatusLine() {}

  /**
   * The line.
   *
   * @param facts as {@link TrainingLog#json} has them
   * @param best the lowest held-out loss, with its step
   */
  static String of(Map<String, Object> facts, Optional<TrainingLog.Evaluation> best) {
    List<String> parts = new ArrayList<>();
    parts.add((String) facts.get("state"));
    if (facts.get("totalSteps") instanceof Long steps) {
      parts.add(text("step %,d of %,d", facts.get("step"), steps));
    }
    if (facts.get("loss") instanceof Double loss) {
      parts.add(text("loss %.4f", loss));
    }
    best.ifPresent(
        found -> parts.add(text("held-out loss %.4f at step %,d", found.loss(), found.step())));
    if (facts.get("tokensPerSecond") instanceof Double speed) {
      parts.add(text("%,.0f tokens/s", speed));
    }
    if (facts.get("secondsLeft") instanceof Double seconds) {
      parts.add(time(Math.round(seconds)) + " left");
    }
    if (facts.get("error") instanceof Failure failure) {
      parts.add(failure.message());
    }
    return String.join(", ", parts);
  }

  private static String time(long seconds) {
    return seconds >= HOUR
        ? text("%d h %02d min", seconds / HOUR, seconds % HOUR / MINUTE)
        : text("%d min %02d s", seconds / MINUTE, seconds % MINUTE);
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
