package org.palimpsest.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.palimpsest.cli.report.Report;

/** Prints a heading for each step of a job and records its wall time. */
final class StepClock {
  private final Console console;
  private final List<Report.Step> steps = new ArrayList<>();
  private boolean reused;

  StepClock(Console console) {
    this.console = console;
  }

  /** Runs a step under a heading. */
  <T> T time(String name, String what, Supplier<T> step) {
    console.print(console.style().strong(name) + ": " + what);
    reused = false;
    long start = System.nanoTime();
    T result = step.get();
    double seconds = (System.nanoTime() - start) / 1e9;
    steps.add(new Report.Step(name, seconds, reused));
    String note = reused ? " (reused)" : "";
    console.print(console.style().faint(String.format(Locale.ROOT, "%.1f s%s", seconds, note)));
    console.print("");
    return result;
  }

  /** Marks the current step as reusing the result of an earlier invocation. */
  void markReused() {
    reused = true;
  }

  List<Report.Step> steps() {
    return List.copyOf(steps);
  }
}
