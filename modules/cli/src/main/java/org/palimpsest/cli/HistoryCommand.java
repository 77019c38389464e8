package org.palimpsest.cli;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.apache.hadoop.fs.Path;
import org.palimpsest.cli.invocation.History;
import org.palimpsest.cli.invocation.HistoryLine;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.training.config.Recipe;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "history",
    description = "Lists the invocations of a run, oldest first: how each ended, and what it did.")
final class HistoryCommand extends RecipeCommand {
  private static final String ROW = "%-20s  %-10s  %-10s %5s %12s %18s %8s %8s  %s";

  @Mixin private RunOption run = new RunOption();

  @Option(
      names = "--last",
      paramLabel = "N",
      description = "Number of invocations to list. Default: ${DEFAULT-VALUE}.")
  private int last = 20;

  @Option(names = "--json", description = "Prints the lines of history.jsonl.")
  private boolean json;

  HistoryCommand(Console console) {
    super(console);
  }

  @Override
  Recipe adjusted(Recipe recipe) {
    return run.adjusted(recipe);
  }

  @Override
  int run(Recipe recipe) {
    StoredFolder folder = new StoredFolder(new Path(recipe.directory()), CliEnvironment.hadoop());
    List<HistoryLine> lines = new History(folder).last(last);
    if (json) {
      lines.forEach(line -> console().print(line.toString()));
    } else if (lines.isEmpty()) {
      console().print("No invocation of a run in " + recipe.directory() + " has ended yet.");
    } else {
      console().print(console().style().strong(heading()));
      lines.forEach(line -> console().print(row(line)));
    }
    return 0;
  }

  private static String heading() {
    return String.format(
        ROW,
        "ended",
        "command",
        "ending",
        "code",
        "step",
        "raw tokens",
        "loss",
        "held-out",
        "reason");
  }

  private static String row(HistoryLine line) {
    return String.format(
        ROW,
        line.text("ended"),
        line.text("command").isEmpty() ? "-" : line.text("command"),
        line.text("ending"),
        number("%,.0f", line.number("exitCode")),
        number("%,.0f", line.number("step")),
        number("%,.0f", line.number("rawTokens")),
        number("%.3f", line.number("loss")),
        number("%.3f", line.number("heldOutLoss")),
        line.text("reason"));
  }

  private static String number(String format, OptionalDouble value) {
    return value.isPresent() ? String.format(Locale.ROOT, format, value.getAsDouble()) : "-";
  }
}
