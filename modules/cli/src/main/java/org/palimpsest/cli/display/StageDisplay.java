package org.palimpsest.cli.display;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows the progress of Spark stages: a bar on a terminal, plain lines elsewhere. */
public abstract sealed class StageDisplay implements AutoCloseable {
  private static final int BAR_COLUMNS = 100;
  private static final double MEGABYTE = 1e6;

  private StageDisplay() {}

  /**
   * The progress of a stage.
   *
   * @param name description of its work
   * @param done finished tasks
   * @param tasks number of its tasks
   * @param bytes bytes read by finished tasks
   * @param seconds time since it started
   */
  public record Stage(String name, int done, int tasks, long bytes, double seconds) {

    boolean isDone() {
      return done >= tasks;
    }

    /** {@code 12.3 MB/s, 0:42 left}; without a rate if the stage reads no files. */
    String facts() {
      String rate =
          bytes > 0 && seconds > 0
              ? String.format(Locale.ROOT, "%.1f MB/s, ", bytes / MEGABYTE / seconds)
              : "";
      double left = done == 0 ? Double.NaN : seconds * (tasks - done) / done;
      return rate + TrainingDisplay.clock(isDone() ? seconds : left) + (isDone() ? "" : " left");
    }
  }

  /** Shows a bar, for a terminal. */
  public static StageDisplay bar(PrintStream out) {
    return new Bar(out);
  }

  /** Prints lines at most every {@code interval} and at the end of a stage, for files. */
  public static StageDisplay lines(PrintStream out, Duration interval) {
    return new Lines(out, interval);
  }

  /** Shows the progress of a stage. */
  public abstract void show(Stage stage);

  @Override
  public abstract void close();

  private static final class Bar extends StageDisplay {
    private final PrintStream out;
    private String name = "";
    private Optional<ProgressBar> bar = Optional.empty();

    Bar(PrintStream out) {
      this.out = out;
    }

    @Override
    public void show(Stage stage) {
      if (bar.isEmpty() || !name.equals(stage.name())) {
        close();
        name = stage.name();
        bar = Optional.of(begin(stage));
      }
      bar.get().stepTo(stage.done());
      bar.get().setExtraMessage(" " + stage.facts());
    }

    private ProgressBar begin(Stage stage) {
      return new ProgressBarBuilder()
          .setTaskName(stage.name())
          .setInitialMax(stage.tasks())
          .setStyle(ProgressBarStyle.ASCII)
          .hideEta()
          .setConsumer(new ConsoleProgressBarConsumer(out, BAR_COLUMNS))
          .build();
    }

    @Override
    public void close() {
      bar.ifPresent(ProgressBar::close);
      bar = Optional.empty();
    }
  }

  private static final class Lines extends StageDisplay {
    private final PrintStream out;
    private final double interval;
    private String name = "";
    private double next;

    Lines(PrintStream out, Duration interval) {
      this.out = out;
      this.interval = interval.toMillis() / 1e3;
    }

    @Override
    public void show(Stage stage) {
      if (!name.equals(stage.name())) {
        name = stage.name();
        next = interval;
      }
      if (stage.seconds() >= next || stage.isDone()) {
        out.printf(
            Locale.ROOT,
            "%s: %d of %d tasks, %s%n",
            stage.name(),
            stage.done(),
            stage.tasks(),
            stage.facts());
        next = stage.seconds() + interval;
      }
    }

    @Override
    public void close() {
      out.flush();
    }
  }
}
