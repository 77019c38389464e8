package org.palimpsest.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.palimpsest.training.config.Recipe;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "quickstart",
    description = {
      "Prepares a corpus, previews the objective, trains, evaluates, restores, exports, and"
          + " writes a report."
    },
    footer = {"", "Run again, it resumes. Without --config it uses conf/quickstart.conf."})
final class QuickstartCommand extends RecipeCommand {
  @Option(
      names = "--input",
      paramLabel = "PATH",
      description = "Text to learn from, instead of the recipe's. May be repeated.")
  private List<String> inputs = new ArrayList<>();

  @Option(names = "--runs", paramLabel = "DIR", description = "Folder for runs, instead of runs.")
  private String runs;

  @Option(
      names = "--fresh",
      description = "Starts over: deletes the results of earlier invocations.")
  private boolean fresh;

  QuickstartCommand(Console console) {
    super(console);
  }

  @Override
  Recipe defaultRecipe() {
    return Recipe.load(Path.of(System.getProperty("palimpsest.conf", "conf"), "quickstart.conf"));
  }

  @Override
  Recipe adjusted(Recipe recipe) {
    List<String> set = new ArrayList<>();
    if (!inputs.isEmpty()) {
      set.add(Hocon.assign("corpus.input", inputs));
    }
    if (runs != null) {
      String name = recipe.directory().replaceAll(".*/", "");
      set.add(Hocon.assign("run.directory", runs + "/" + name));
    }
    return recipe.with(set);
  }

  @Override
  int run(Recipe recipe) {
    Recipe resumed = fresh ? recipe.fromScratch() : recipe.resumed(CliEnvironment.hadoop());
    new Quickstart(resumed, console())
        .run(fresh ? Quickstart.Start.FRESH : Quickstart.Start.RESUME);
    return 0;
  }
}
