package org.palimpsest.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.palimpsest.evaluation.inference.Exporter;
import org.palimpsest.evaluation.inference.TrainedModel;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.objective.preset.Objectives;
import org.palimpsest.storage.huggingface.ModelFolder;
import org.palimpsest.training.config.Recipe;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "import",
    description = "Takes over a BART or T5 from a Hugging Face folder, checked to the last tensor.",
    footer = {
      "",
      "Reads config.json, safetensors (one file or several with an index) and tokenizer.json, and"
          + " writes a model folder in fp32 with checksums, which finetune, restore and evaluate"
          + " take as --model."
    })
final class ImportCommand extends RecipeCommand {
  @Option(names = "--from", paramLabel = "DIR", description = "The folder.", required = true)
  private String source;

  @Option(
      names = "--to",
      paramLabel = "DIR",
      description = "Where the model goes. Default: model in the run's folder.")
  private String target;

  @Option(
      names = "--objective",
      paramLabel = "NAME",
      description =
          "What the model was pre-trained with. Default: what the folder says, or else bart or t5.")
  private String objective;

  @Option(names = "--json", description = "Prints what was written as JSON.")
  private boolean json;

  ImportCommand(Console console) {
    super(console);
  }

  @Override
  int run(Recipe recipe) {
    Configuration hadoop = Surroundings.hadoop();
    TrainedModel model = stated(TrainedModel.folder(new Path(source), hadoop));
    Path path = target == null ? ExportCommand.defaultTarget(recipe) : new Path(target);
    ModelFolder folder = Exporter.export(model, path, hadoop);
    console()
        .print(
            json
                ? Json.line(facts(model, folder))
                : "Imported %s to %s.".formatted(model.origin(), folder.path()));
    return 0;
  }

  /** A name that no objective has is refused before anything is read. */
  private TrainedModel stated(TrainedModel model) {
    return objective == null ? model : model.withObjective(Objectives.parse(objective).name());
  }

  private static Map<String, Object> facts(TrainedModel model, ModelFolder folder) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("model", folder.path().toString());
    facts.put("from", model.origin());
    facts.put("objective", model.objectiveName());
    facts.put("parameters", ParameterLayout.of(model.spec()).size());
    return facts;
  }
}
