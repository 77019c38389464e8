package org.palimpsest.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.cli.report.ExpectedCurve;
import org.palimpsest.cli.report.ReportFiles;
import org.palimpsest.cli.report.RunCurve;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.training.config.Recipe;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "curve",
    description = "Prints a run's training loss by steps, beside what its recipe lets expect.")
final class CurveCommand extends RecipeCommand {
  private static final String ROW = "%10s %14s %10s %8s";
  private static final String COMPARED = "%10s %8s %16s  %s";

  @Mixin private RunOption run = new RunOption();

  @Option(
      names = "--intervals",
      paramLabel = "N",
      description = "Number of intervals of steps. Default: ${DEFAULT-VALUE}.")
  private int intervals = 10;

  @Option(
      names = "--expected",
      paramLabel = "FILE",
      description = "Compares the run with an expected curve, and warns where it leaves the band.")
  private Path expected;

  @Option(
      names = "--write",
      paramLabel = "FILE",
      description = "Writes the curve as an expected curve.")
  private Path target;

  @Option(
      names = "--band",
      paramLabel = "NATS",
      description = "The band of --write around the loss. Default: ${DEFAULT-VALUE}.")
  private double band = 0.15;

  CurveCommand(Console console) {
    super(console);
  }

  @Override
  Recipe adjusted(Recipe recipe) {
    if (intervals < 1 || !(band >= 0)) {
      throw PalimpsestException.configuration(
          "--intervals must be at least 1 and --band at least 0, but they are %d and %s."
              .formatted(intervals, band));
    }
    return run.adjusted(recipe);
  }

  @Override
  int run(Recipe recipe) {
    StoredFolder folder =
        new StoredFolder(
            new org.apache.hadoop.fs.Path(recipe.directory()), CliEnvironment.hadoop());
    RunCurve curve = new RunCurve(new ReportFiles(folder).curve());
    if (curve.lastStep() == 0) {
      throw PalimpsestException.input(
          recipe.directory() + " has no metrics of a training: name the directory of a run.");
    }
    if (expected == null) {
      print(curve);
    } else {
      compare(curve);
    }
    if (target != null) {
      write(ExpectedCurve.of(curve, intervals, band));
    }
    return 0;
  }

  private void print(RunCurve curve) {
    console()
        .print(console().style().strong(ROW.formatted("step", "raw tokens", "seconds", "loss")));
    for (RunCurve.Interval interval : curve.intervals(intervals)) {
      console()
          .print(
              String.format(
                  Locale.ROOT,
                  "%10d %,14d %,10.0f %8.3f",
                  interval.step(),
                  interval.rawTokens(),
                  interval.seconds(),
                  interval.loss()));
    }
  }

  private void compare(RunCurve curve) {
    List<ExpectedCurve.Compared> rows =
        ExpectedCurve.parse(expected.toString(), lines()).compare(curve);
    if (rows.isEmpty()) {
      console()
          .print(
              "The run has not reached the first step of %s yet: it is at step %,d."
                  .formatted(expected, curve.lastStep()));
      return;
    }
    console()
        .print(
            console()
                .style()
                .strong(COMPARED.formatted("step", "loss", "expected", "").stripTrailing()));
    rows.forEach(this::print);
    rows.stream().filter(row -> !row.isInside()).findFirst().ifPresent(this::warn);
  }

  private void print(ExpectedCurve.Compared row) {
    String expectation =
        String.format(Locale.ROOT, "%.3f ± %.3f", row.expected().loss(), row.expected().band());
    String loss = String.format(Locale.ROOT, "%.3f", row.loss());
    String remark = row.isInside() ? "" : row.side();
    console()
        .print(
            COMPARED.formatted(row.expected().step(), loss, expectation, remark).stripTrailing());
  }

  private void warn(ExpectedCurve.Compared first) {
    console()
        .warn(
            String.format(
                Locale.ROOT,
                "At step %,d the training loss of %.3f nats is %s the expected %.3f ± %.3f: compare"
                    + " the recipe and the corpus with those of %s.",
                first.expected().step(),
                first.loss(),
                first.side(),
                first.expected().loss(),
                first.expected().band(),
                expected));
  }

  private List<String> lines() {
    try {
      return Files.readAllLines(expected);
    } catch (NoSuchFileException e) {
      throw PalimpsestException.input(
          "The expected curve " + expected + " does not exist: name a file that exists.");
    } catch (IOException e) {
      throw PalimpsestException.input(
          "The expected curve " + expected + " cannot be read (" + e + "): name a text file.");
    }
  }

  private void write(ExpectedCurve curve) {
    try {
      Files.writeString(target, curve.text());
    } catch (IOException e) {
      throw PalimpsestException.input(
          "The curve cannot be written to "
              + target
              + " ("
              + e
              + "): name a file in a folder that"
              + " exists and may be written.");
    }
    console().print("Wrote " + target + ".");
  }
}
