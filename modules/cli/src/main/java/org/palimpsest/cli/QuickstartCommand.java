package org.palimpsest.cli;

import com.typesafe.config.ConfigUtil;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.palimpsest.training.config.Recipe;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "quickstart",
    description = {
      "The main job in one command: prepares a corpus, shows what the model is taught, trains,"
          + " evaluates, restores, exports and reports."
    },
    footer = {
      "",
      "Called again, it goes on from what is there. Without --config it follows"
          + " conf/quickstart.conf."
    })
final class QuickstartCommand extends RecipeCommand {
  @Option(
      names = "--input",
      paramLabel = "PATH",
      description = "Text to learn from, instead of the recipe's. May be repeated.")
  private List<String> inputs = new ArrayList<>();

  @Option(names = "--runs", paramLabel = "DIR", description = "Folder for runs, instead of runs.")
  private String runs;

  @Option(names = "--fresh", description = "Starts over: deletes what the run has left.")
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
      set.add("corpus.input = " + PrepareCommand.quoted(inputs));
    }
    if (runs != null) {
      String name = recipe.directory().replaceAll(".*/", "");
      set.add("run.directory = " + ConfigUtil.quoteString(runs + "/" + name));
    }
    return recipe.with(set);
  }

  @Override
  int run(Recipe recipe) {
    Recipe whole = fresh ? recipe.fromScratch() : recipe.resumed(Surroundings.hadoop());
    new Quickstart(whole, console())
        .run(fresh ? Quickstart.Beginning.FRESH : Quickstart.Beginning.GO_ON);
    return 0;
  }
}
