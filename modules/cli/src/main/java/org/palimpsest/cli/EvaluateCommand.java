package org.palimpsest.cli;

import org.apache.hadoop.fs.Path;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.cli.display.ComparisonTable;
import org.palimpsest.cli.display.EvaluationTable;
import org.palimpsest.evaluation.Evaluation;
import org.palimpsest.evaluation.EvaluationReport;
import org.palimpsest.evaluation.ModelComparison;
import org.palimpsest.evaluation.inference.TrainedModel;
import org.palimpsest.training.config.Recipe;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "evaluate",
    description =
        "Scores the run's newest checkpoint, or a model folder, on the corpus' held-out text.",
    footer = {
      "",
      "The noise is a function of evaluation.seed alone, which makes the scores of models"
          + " comparable. The baselines are scored on the same corrupted positions."
    })
final class EvaluateCommand extends RecipeCommand {
  @Option(
      names = "--model",
      paramLabel = "DIR",
      description = "A model folder, instead of the run's newest checkpoint.")
  private String model;

  @Option(
      names = "--compare",
      arity = "2",
      paramLabel = "DIR",
      description =
          "Two model folders or directories of runs, compared on the same corrupted text by a"
              + " paired bootstrap over documents. The corpus and the objective are those of the"
              + " recipe, or else of the first one's run.")
  private String[] compared;

  @Option(names = "--json", description = "Prints the scores as JSON.")
  private boolean json;

  EvaluateCommand(Console console) {
    super(console);
  }

  @Override
  int run(Recipe recipe) {
    if (compared != null) {
      return compare(recipe);
    }
    TrainedModel trained =
        model == null
            ? TrainedModel.newest(recipe, CliEnvironment.hadoop(), console()::warn)
            : TrainedModel.folder(new Path(model), CliEnvironment.hadoop());
    // A model folder is independent of the run in the directory that the recipe names.
    Recipe scored = model == null ? recipe : recipe.fromScratch();
    EvaluationReport report = Evaluation.open(scored, CliEnvironment.spark()).score(trained);
    if (json) {
      console().print(Json.value(report));
    } else {
      EvaluationTable.lines(report, console().style()).forEach(console()::print);
    }
    return 0;
  }

  private int compare(Recipe recipe) {
    if (model != null) {
      throw PalimpsestException.configuration(
          "--model and --compare exclude each other: name the model as one of the two of"
              + " --compare.");
    }
    TrainedModel first = TrainedModel.at(new Path(compared[0]), CliEnvironment.hadoop());
    TrainedModel second = TrainedModel.at(new Path(compared[1]), CliEnvironment.hadoop());
    ModelComparison found =
        Evaluation.open(ofComparison(recipe), CliEnvironment.spark()).compare(first, second);
    if (json) {
      console().print(Json.value(found));
    } else {
      ComparisonTable.lines(found, console().style()).forEach(console()::print);
    }
    return 0;
  }

  /** With the corpus and the objective of the first one's run, if the recipe names none. */
  private Recipe ofComparison(Recipe recipe) {
    if (recipe.sets("run.directory") || recipe.sets("corpus.path")) {
      return recipe;
    }
    return recipe.with(Hocon.assign("run.directory", compared[0]));
  }
}
