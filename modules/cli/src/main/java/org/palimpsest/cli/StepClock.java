package org.palimpsest.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.palimpsest.cli.report.Report;

/** Announces the steps of a job and keeps their wall times. */
final class StepClock {
  private final Console console;
  private final List<Report.Step> steps = new ArrayList<>();
  private boolean reused;

  StepClock(Console console) {
    this.console = console;
  }

  /** Does a step under a heading. */
  <T> T time(String name, String what, Supplier<T> step) {
    console.print(console.ink().strong(name) + ": " + what);
    reused = false;
    long start = System.nanoTime();
    T result = step.get();
    double seconds = (System.nanoTime() - start) / 1e9;
    steps.add(new Report.Step(name, seconds, reused));
    String note = reused ? " (reused)" : "";
    console.print(console.ink().faint(String.format(Locale.ROOT, "%.1f s%s", seconds, note)));
    console.print("");
    return result;
  }

  /** Notes that the running step found its work done by an earlier invocation. */
  void reuse() {
    reused = true;
  }

  List<Report.Step> steps() {
    return List.copyOf(steps);
  }
}
