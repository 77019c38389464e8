package org.palimpsest.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.palimpsest.base.Secrets;
import org.palimpsest.cli.report.ModelCard;
import org.palimpsest.cli.report.ReportFiles;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.corpus.read.Manifest;
import org.palimpsest.evaluation.inference.Exporter;
import org.palimpsest.evaluation.inference.TrainedModel;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.storage.huggingface.ModelFolder;
import org.palimpsest.storage.huggingface.Publication;
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

  @Option(
      names = "--push-ready",
      description =
          "Adds what a hub expects: a model card (README.md) to fill in, special_tokens_map.json,"
              + " and weights in files of at most 5 GB. A README.md that is there is kept.")
  private boolean pushReady;

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
    ModelFolder folder =
        pushReady
            ? Exporter.export(model, path, hadoop, publication(recipe, model))
            : Exporter.export(model, path, hadoop);
    Map<String, Object> facts = facts(model, folder);
    console()
        .print(
            json
                ? Json.line(facts)
                : "Exported %s to %s.".formatted(model.origin(), folder.path()));
    return 0;
  }

  private static Publication publication(Recipe recipe, TrainedModel model) {
    StoredFolder run = new StoredFolder(new Path(recipe.directory()), CliEnvironment.hadoop());
    ReportFiles files = new ReportFiles(run);
    ModelCard card =
        new ModelCard(
            run.path().getName(),
            Publication.typeOf(model.spec(), model.type()),
            model.spec(),
            model.objectiveName(),
            model.mark().map(mark -> "Some " + mark + " here.").orElse("Some text."),
            corpus(recipe),
            files.curve(),
            files.evaluation());
    return new Publication(card.markdown(), Publication.LARGEST_FILE);
  }

  /** What the card may tell of the corpus: how much it is, not where it lies. */
  private static Map<String, Long> corpus(Recipe recipe) {
    Configuration hadoop = CliEnvironment.hadoop();
    String given = recipe.resumed(hadoop).config().getString("corpus.path");
    Path path = new Path(given.isEmpty() ? recipe.directory() + "/corpus" : given);
    Map<String, Long> facts = new LinkedHashMap<>();
    if (new StoredFolder(path, hadoop).hasManifest()) {
      Manifest.SplitEntry training = Corpus.open(path, hadoop).manifest().training();
      facts.put("documents", training.documents());
      facts.put("sentences", training.sentences());
      facts.put("tokens", training.tokens());
      facts.put("bytes of text", training.utf8Bytes());
    }
    return facts;
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
