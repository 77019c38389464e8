package org.palimpsest.cli;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.palimpsest.cli.display.TrainingDisplay;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.event.Progress;
import org.palimpsest.training.event.RunListener;
import org.palimpsest.training.event.RunResult;
import org.palimpsest.training.telemetry.RunStatus;

/** Shows the progress of a run on {@code err}. */
final class TrainingWatcher implements RunListener, AutoCloseable {
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);

  private final TrainingDisplay display;

  TrainingWatcher(Console console) {
    display =
        console.live()
            ? TrainingDisplay.bar(console.err())
            : TrainingDisplay.lines(console.err(), BETWEEN_LINES);
  }

  /**
   * Trains, shows progress, and keeps the run's {@code status.json}.
   *
   * @param training trains and reports to the given listener
   */
  static RunResult watch(
      Recipe recipe, Console console, Function<RunListener, RunResult> training) {
    RunStatus status = new RunStatus(recipe.directory(), CliEnvironment.hadoop());
    try (TrainingWatcher watcher = new TrainingWatcher(console)) {
      return training.apply(RunListener.all(List.of(watcher, status)));
    } catch (RuntimeException e) {
      status.failed(Failures.exitCode(e), Failures.sentence(e));
      throw e;
    }
  }

  @Override
  public synchronized void segmentStarted(SegmentStart start) {
    if (start.attempt() > 1) {
      display.print("Attempt " + start.attempt() + " from step " + start.firstStep() + ".");
    }
  }

  @Override
  public synchronized void progress(Progress progress) {
    display.show(progress);
  }

  @Override
  public synchronized void warning(String sentence) {
    display.print("Warning: " + sentence);
  }

  @Override
  public synchronized void close() {
    display.close();
  }
}
