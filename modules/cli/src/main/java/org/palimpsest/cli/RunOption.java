package org.palimpsest.cli;

import org.palimpsest.training.config.Recipe;
import picocli.CommandLine.Option;

/** The option {@code --run} of commands that need no more than the directory of a run. */
final class RunOption {
  @Option(
      names = "--run",
      paramLabel = "DIR",
      description = "Directory of the run; the same as --set run.directory=DIR.")
  private String run;

  Recipe adjusted(Recipe recipe) {
    return run == null ? recipe : recipe.with(Hocon.assign("run.directory", run));
  }
}
