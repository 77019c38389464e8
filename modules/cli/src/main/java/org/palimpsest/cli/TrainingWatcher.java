package org.palimpsest.cli;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.palimpsest.cli.display.TrainingDisplay;
import org.palimpsest.cli.invocation.Invocation;
import org.palimpsest.tasks.tracking.Mlflow;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.event.Progress;
import org.palimpsest.training.event.RunListener;
import org.palimpsest.training.event.RunResult;
import org.palimpsest.training.run.Run;
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
   * As {@link #watch(Invocation, Recipe, Console, Function, Function)}, as an invocation of its
   * own.
   *
   * @param command its name
   */
  static <B> RunResult watch(
      String command,
      Recipe recipe,
      Console console,
      Function<RunListener, Run<B>> open,
      Function<Run<B>, RunResult> train) {
    Invocation invocation =
        Invocation.begin(command, recipe, CliEnvironment.hadoop(), console::warn);
    try {
      RunResult result = watch(invocation, recipe, console, open, train);
      int unused = invocation.end(result.ending());
      return result;
    } catch (RuntimeException | Error e) {
      invocation.failed(Failures.exitCode(e), Failures.sentence(e));
      throw e;
    }
  }

  /**
   * Trains, shows progress, and keeps the run's {@code status.json} and its record on an MLflow
   * server. SIGTERM and SIGINT stop the training at a checkpoint.
   *
   * @param invocation that the training is a part of; it does not end here
   * @param open opens a run that reports to the given listener
   * @param train resumes the run, or starts it from scratch
   */
  @SuppressWarnings("try") // The handler needs only be closed.
  static <B> RunResult watch(
      Invocation invocation,
      Recipe recipe,
      Console console,
      Function<RunListener, Run<B>> open,
      Function<Run<B>, RunResult> train) {
    RunStatus status =
        new RunStatus(recipe.directory(), CliEnvironment.hadoop(), Invocation.exitCodes(recipe));
    Mlflow.Tracking tracking = Mlflow.of(recipe, CliEnvironment.hadoop());
    try (TrainingWatcher watcher = new TrainingWatcher(console)) {
      // The invocation reads the status that the one before left.
      Run<B> run =
          open.apply(RunListener.all(List.of(watcher, invocation, status, tracking.listener())));
      try (StopSignal signal = StopSignal.handle(console, run)) {
        return train.apply(run);
      }
    } catch (RuntimeException | Error e) { // Without memory, too, the status must be true.
      status.failed(Failures.exitCode(e), Failures.sentence(e));
      tracking.failed();
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
  public synchronized void note(String sentence) {
    display.print(sentence);
  }

  @Override
  public synchronized void close() {
    display.close();
  }
}
