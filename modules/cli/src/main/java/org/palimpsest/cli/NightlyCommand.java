package org.palimpsest.cli;

import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.palimpsest.cli.invocation.Invocation;
import org.palimpsest.training.config.Recipe;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "nightly",
    description =
        "Does the work of a night: prepares new text, checks the cluster, trains, evaluates, and"
            + " exports and reports a better model.",
    footer = {
      "",
      "Each step is skipped when there is nothing to do. A night that was killed or stopped is"
          + " continued by the next one. Exit code 6 at training.time-limit; with run.exit-codes ="
          + " zero-to-go-on it is 0."
    })
final class NightlyCommand extends RecipeCommand {
  @Option(
      names = "--to",
      paramLabel = "DIR",
      description = "The folder of the exported model. Default: model in the run's directory.")
  private String target;

  NightlyCommand(Console console) {
    super(console);
  }

  @Override
  int run(Recipe recipe) {
    Invocation invocation =
        Invocation.begin("nightly", recipe, CliEnvironment.hadoop(), console()::warn);
    Path export =
        Optional.ofNullable(target)
            .map(Path::new)
            .orElseGet(() -> ExportCommand.defaultTarget(recipe));
    try {
      return invocation.end(new Night(recipe, export, console(), invocation).run());
    } catch (RuntimeException | Error e) {
      invocation.failed(Failures.exitCode(e), Failures.sentence(e));
      throw e;
    }
  }
}
