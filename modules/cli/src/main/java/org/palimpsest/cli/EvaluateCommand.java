package org.palimpsest.cli;

import org.apache.hadoop.fs.Path;
import org.palimpsest.cli.display.EvaluationTable;
import org.palimpsest.evaluation.Evaluation;
import org.palimpsest.evaluation.EvaluationReport;
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

  @Option(names = "--json", description = "Prints the scores as JSON.")
  private boolean json;

  EvaluateCommand(Console console) {
    super(console);
  }

  @Override
  int run(Recipe recipe) {
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
}
