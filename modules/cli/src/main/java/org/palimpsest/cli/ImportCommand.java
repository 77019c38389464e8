package org.palimpsest.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.palimpsest.base.Secrets;
import org.palimpsest.evaluation.inference.Exporter;
import org.palimpsest.evaluation.inference.Generation;
import org.palimpsest.evaluation.inference.TrainedModel;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.storage.huggingface.ModelFolder;
import org.palimpsest.training.config.Recipe;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "import",
    description = "Imports a BART or T5 model from a Hugging Face folder, checking every tensor.",
    footer = {
      "",
      "Reads config.json, safetensors or pytorch_model.bin (one file, or several with an index),"
          + " and tokenizer.json. Writes a model folder in fp32 with checksums, for finetune"
          + " --from, restore --model, and evaluate --model."
    })
final class ImportCommand extends RecipeCommand {
  @Option(names = "--from", paramLabel = "DIR", description = "The folder.", required = true)
  private String source;

  @Option(
      names = "--to",
      paramLabel = "DIR",
      description = "Where the model is written. Default: model in the run's directory.")
  private String target;

  @Option(
      names = "--objective",
      paramLabel = "NAME",
      description =
          "What the model was pre-trained with, or pairs for one that was fine-tuned to write."
              + " Default: as the folder says, otherwise bart or t5.")
  private String objective;

  @Option(names = "--json", description = "Prints the result as JSON.")
  private boolean json;

  ImportCommand(Console console) {
    super(console);
  }

  @Override
  int run(Recipe recipe) {
    Configuration hadoop = CliEnvironment.hadoop();
    TrainedModel model =
        ForeignModel.open(
            new Path(source), hadoop, Optional.ofNullable(objective), console()::warn);
    Generation.of(model).unused().ifPresent(console()::warn);
    Path path = target == null ? ExportCommand.defaultTarget(recipe) : new Path(target);
    ModelFolder folder = Exporter.export(model, path, hadoop);
    console()
        .print(
            json
                ? Json.line(facts(model, folder))
                : "Imported %s to %s.".formatted(model.origin(), folder.path()));
    return 0;
  }

  private static Map<String, Object> facts(TrainedModel model, ModelFolder folder) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("model", Secrets.redacted(folder.path().toString()));
    facts.put("from", model.origin());
    facts.put("objective", model.objectiveName());
    facts.put("parameters", ParameterLayout.of(model.spec()).size());
    return facts;
  }
}
