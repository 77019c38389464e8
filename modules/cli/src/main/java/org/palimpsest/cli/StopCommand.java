package org.palimpsest.cli;

import java.util.Locale;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.run.RemoteStop;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "stop",
    description =
        "Stops a run of another process or host at a checkpoint, and waits until it has ended.",
    footer = {
      "",
      "The run resumes from there when its command runs again. Without an active run the command"
          + " does nothing.",
    })
final class StopCommand extends RecipeCommand {
  @Mixin private RunOption run = new RunOption();

  StopCommand(Console console) {
    super(console);
  }

  @Override
  Recipe adjusted(Recipe recipe) {
    return run.adjusted(recipe);
  }

  @Override
  int run(Recipe recipe) {
    boolean stopped = new RemoteStop(recipe, CliEnvironment.hadoop()).stop();
    console()
        .print(
            stopped
                ? "Stopped. " + newest(recipe)
                : "No run is active in " + recipe.directory() + ".");
    return 0;
  }

  private static String newest(Recipe recipe) {
    return CliEnvironment.checkpoints(recipe)
        .newest()
        .map(StopCommand::sentence)
        .orElse("There is no checkpoint.");
  }

  private static String sentence(Checkpoint checkpoint) {
    return String.format(
        Locale.ROOT, "Checkpoint of step %,d: %s", checkpoint.step(), checkpoint.path());
  }
}
