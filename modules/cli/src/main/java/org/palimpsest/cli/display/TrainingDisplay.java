package org.palimpsest.cli.display;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.palimpsest.training.event.Progress;

/** Shows the progress of training: a bar on a terminal, plain lines elsewhere. */
public abstract sealed class TrainingDisplay implements AutoCloseable {
  private static final int BAR_COLUMNS = 110;

  private TrainingDisplay() {}

  /** Shows a bar, for a terminal. */
  public static TrainingDisplay bar(PrintStream out) {
    return new Bar(out);
  }

  /** Prints lines at most every {@code interval}, for files. */
  public static TrainingDisplay lines(PrintStream out, Duration interval) {
    return new Lines(out, interval);
  }

  /** Shows the progress of training. */
  public abstract void show(Progress progress);

  /** Prints a sentence without breaking the bar. */
  public abstract void print(String sentence);

  @Override
  public abstract void close();

  private static String facts(Progress progress) {
    return String.format(
        Locale.ROOT,
        "loss %.3f, %,.0f tokens/s, %s left",
        progress.loss(),
        progress.targetTokensPerSecond(),
        clock(progress.secondsLeft()));
  }

  /** Formats a time, with hours only if there are any: {@code 4:05}, {@code 1:04:05}. */
  static String clock(double seconds) {
    if (!Double.isFinite(seconds)) {
      return "?";
    }
    Duration time = Duration.ofSeconds(Math.round(Math.max(0, seconds)));
    return time.toHours() > 0
        ? String.format(
            Locale.ROOT, "%d:%02d:%02d", time.toHours(), time.toMinutesPart(), time.toSecondsPart())
        : String.format(Locale.ROOT, "%d:%02d", time.toMinutes(), time.toSecondsPart());
  }

  private static final class Bar extends TrainingDisplay {
    private final PrintStream out;
    private Optional<ProgressBar> bar = Optional.empty();

    Bar(PrintStream out) {
      this.out = out;
    }

    @Override
    public void show(Progress progress) {
      if (bar.isEmpty()) {
        bar = Optional.of(begin(progress));
      }
      bar.get().stepTo(progress.step());
      bar.get().setExtraMessage(" " + facts(progress));
    }

    private ProgressBar begin(Progress progress) {
      return new ProgressBarBuilder()
          .setTaskName("step")
          .setInitialMax(progress.totalSteps())
          .startsFrom(progress.step(), Duration.ofMillis(Math.round(progress.seconds() * 1000)))
          .setStyle(ProgressBarStyle.ASCII)
          .hideEta()
          .setConsumer(new ConsoleProgressBarConsumer(out, BAR_COLUMNS))
          .build();
    }

    @Override
    public void print(String sentence) {
      close();
      out.println(sentence);
    }

    @Override
    public void close() {
      bar.ifPresent(ProgressBar::close);
      bar = Optional.empty();
    }
  }

  private static final class Lines extends TrainingDisplay {
    private final PrintStream out;
    private final double interval;
    private double next;

    Lines(PrintStream out, Duration interval) {
      this.out = out;
      this.interval = interval.toMillis() / 1e3;
    }

    @Override
    public void show(Progress progress) {
      if (progress.seconds() >= next || progress.step() == progress.totalSteps()) {
        out.printf(
            Locale.ROOT,
            "step %d of %d: %s%n",
            progress.step(),
            progress.totalSteps(),
            facts(progress));
        next = progress.seconds() + interval;
      }
    }

    @Override
    public void print(String sentence) {
      out.println(sentence);
    }

    @Override
    public void close() {
      out.flush();
    }
  }
}
