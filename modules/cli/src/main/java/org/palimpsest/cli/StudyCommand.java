package org.palimpsest.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.palimpsest.cli.invocation.Invocation;
import org.palimpsest.cli.study.CellResult;
import org.palimpsest.cli.study.Study;
import org.palimpsest.cli.study.StudyFolder;
import org.palimpsest.cli.study.StudyReport;
import org.palimpsest.cli.study.StudyRunner;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.event.RunResult;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "study",
    description =
        "Trains and measures a grid of recipes, and writes the figures, a page, and its plots.",
    footer = {
      "",
      "Run again, it skips finished cells. Without --config the recipe is the study's own. Exit"
          + " code 6 if a training was stopped: run the command again to resume."
    })
final class StudyCommand extends RecipeCommand {
  @Parameters(
      paramLabel = "NAME",
      description = "A study in conf/studies, or a file with a definition (*.conf).")
  private String name;

  @Option(
      names = "--input",
      paramLabel = "PATH",
      description = "Text to use, instead of the recipe's. May be repeated.")
  private List<String> inputs = new ArrayList<>();

  @Option(
      names = "--corpus",
      paramLabel = "DIR",
      description = "A prepared corpus to use. Sets corpus.path.")
  private String corpus;

  @Option(
      names = "--seeds",
      split = ",",
      paramLabel = "N",
      description = "Seeds, separated by commas, instead of the study's.")
  private List<Long> seeds = new ArrayList<>();

  @Option(
      names = "--define",
      paramLabel = "KEY=VALUE",
      description =
          "Sets one key of the study's definition, such as shared.steps. May be repeated.")
  private List<String> definitions = new ArrayList<>();

  @Option(names = "--fresh", description = "Starts over: deletes the results and the runs.")
  private boolean fresh;

  @Option(names = "--json", description = "Prints the figures as JSON.")
  private boolean json;

  private Study study;

  StudyCommand(Console console) {
    super(console);
  }

  private Study study() {
    if (study == null) {
      Path folder = Path.of(System.getProperty("palimpsest.conf", "conf"), "studies");
      Study found = Study.load(name, folder, definitions);
      study = seeds.isEmpty() ? found : found.withSeeds(seeds);
    }
    return study;
  }

  @Override
  Recipe defaultRecipe() {
    return Recipe.of(study().recipe());
  }

  @Override
  Recipe adjusted(Recipe recipe) {
    Study found = study(); // A bad name is refused even with --config.
    List<String> set = new ArrayList<>();
    if (!recipe.sets("run.directory")) {
      set.add(Hocon.assign("run.directory", "runs/studies/" + found.name()));
    }
    if (!inputs.isEmpty()) {
      set.add(Hocon.assign("corpus.input", inputs));
    }
    if (corpus != null) {
      set.add(Hocon.assign("corpus.path", corpus));
    }
    return recipe.with(set);
  }

  @Override
  int run(Recipe recipe) {
    StudyBench bench = new StudyBench(study(), recipe, console());
    bench.check();
    StudyFolder folder =
        new StudyFolder(
            new StoredFolder(
                new org.apache.hadoop.fs.Path(recipe.directory()), CliEnvironment.hadoop()));
    if (fresh) {
      folder.delete();
    }
    folder.begin(study(), recipe);
    StudyRunner runner = new StudyRunner(study(), folder, console()::printError);
    List<CellResult> results = runner.run(bench);
    StudyReport report = StudyReport.of(study(), results);
    report.write(folder);
    print(report, recipe);
    return bench.stopped().map(RunResult::ending).map(Invocation.exitCodes(recipe)::of).orElse(0);
  }

  private void print(StudyReport report, Recipe recipe) {
    if (json) {
      console().print(Json.value(report.json()));
      return;
    }
    report.lines().forEach(console()::print);
    console()
        .print(
            String.format(
                Locale.ROOT,
                "%d of %d cells are finished. Page: %s/%s",
                report.results().size(),
                study().size(),
                recipe.directory(),
                StudyFolder.PAGE));
  }
}
