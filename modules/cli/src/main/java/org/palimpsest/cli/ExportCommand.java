package org.palimpsest.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.palimpsest.base.Secrets;
import org.palimpsest.evaluation.inference.Exporter;
import org.palimpsest.evaluation.inference.TrainedModel;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.storage.huggingface.ModelFolder;
import org.palimpsest.training.config.Recipe;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "export",
    description = "Writes the run's newest checkpoint as a Hugging Face folder.")
final class ExportCommand extends RecipeCommand {
  @Option(
      names = "--to",
      paramLabel = "DIR",
      description = "The folder. Default: model in the run's directory.")
  private String target;

  @Option(names = "--json", description = "Prints the result as JSON.")
  private boolean json;

  ExportCommand(Console console) {
    super(console);
  }

  @Override
  int run(Recipe recipe) {
    Configuration hadoop = CliEnvironment.hadoop();
    TrainedModel model = TrainedModel.newest(recipe, hadoop, console()::warn);
    Path path = target == null ? defaultTarget(recipe) : new Path(target);
    ModelFolder folder = Exporter.export(model, path, hadoop);
    Map<String, Object> facts = facts(model, folder);
    console()
        .print(
            json
                ? Json.line(facts)
                : "Exported %s to %s.".formatted(model.origin(), folder.path()));
    return 0;
  }

  /** The default folder for the model of a run. */
  static Path defaultTarget(Recipe recipe) {
    return new Path(recipe.directory(), "model");
  }

  private static Map<String, Object> facts(TrainedModel model, ModelFolder folder) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("model", Secrets.redacted(folder.path().toString()));
    facts.put("checkpoint", Secrets.redacted(model.origin()));
    facts.put("parameters", ParameterLayout.of(model.spec()).size());
    return facts;
  }
}
