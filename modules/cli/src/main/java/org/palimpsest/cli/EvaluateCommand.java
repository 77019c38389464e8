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
      "The noise is a function of evaluation.seed alone: models can be compared. The baselines see"
          + " the same damaged positions."
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
            ? TrainedModel.newest(recipe, Surroundings.hadoop())
            : TrainedModel.folder(new Path(model), Surroundings.hadoop());
    // A model folder has nothing to do with the run whose directory the recipe happens to name.
    Recipe asked = model == null ? recipe : recipe.fromScratch();
    EvaluationReport report = Evaluation.open(asked, Surroundings.spark()).score(trained);
    if (json) {
      console().print(Json.value(report));
    } else {
      EvaluationTable.lines(report, console().ink()).forEach(console()::print);
    }
    return 0;
  }
}
