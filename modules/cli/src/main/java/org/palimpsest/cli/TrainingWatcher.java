package org.palimpsest.cli;

import java.time.Duration;
import org.palimpsest.cli.display.TrainingDisplay;
import org.palimpsest.training.Progress;
import org.palimpsest.training.RunListener;

/** Tells a person on {@code err} how a run goes. */
final class TrainingWatcher implements RunListener, AutoCloseable {
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);

  private final TrainingDisplay display;

  TrainingWatcher(Console console) {
    display =
        console.live()
            ? TrainingDisplay.bar(console.err())
            : TrainingDisplay.lines(console.err(), BETWEEN_LINES);
  }

  @Override
  public synchronized void segmentStarted(SegmentStart start) {
    if (start.attempt() > 1) {
      display.say("Attempt " + start.attempt() + " from step " + start.firstStep() + ".");
    }
  }

  @Override
  public synchronized void progress(Progress progress) {
    display.show(progress);
  }

  @Override
  public synchronized void warning(String sentence) {
    display.say("Warning: " + sentence);
  }

  @Override
  public synchronized void close() {
    display.close();
  }
}
