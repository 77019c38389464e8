package org.palimpsest.cli;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.palimpsest.corpus.examples.ExampleFiles;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.objective.preset.Objectives;
import org.palimpsest.training.config.Recipe;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "corrupt",
    description = "Writes corrupted examples as Parquet, for training elsewhere.",
    footer = {
      "",
      "Columns: epoch, block, input_ids, decoder_input_ids, decoder_position_ids, and labels with"
          + " -100 where no loss counts. The examples are those that 'pretrain' reads with the same"
          + " recipe."
    })
final class CorruptCommand extends RecipeCommand {
  @Option(
      names = "--output",
      required = true,
      paramLabel = "PATH",
      description = "A folder that does not exist yet, on any file system.")
  private String output;

  @Option(
      names = "--objective",
      paramLabel = "NAME",
      description = "How to corrupt, instead of the recipe's objective.")
  private String objective;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "How often each block is corrupted. Default: ${DEFAULT-VALUE}.",
      defaultValue = "1")
  private int epochs;

  @Option(
      names = "--first-epoch",
      paramLabel = "N",
      description = "First epoch. Default: ${DEFAULT-VALUE}.",
      defaultValue = "0")
  private long firstEpoch;

  @Option(
      names = "--texts",
      description =
          "Writes texts in place of ids, as the columns source and target: pairs for 'finetune'.")
  private boolean texts;

  @Option(names = "--json", description = "Prints the result as JSON.")
  private boolean json;

  CorruptCommand(Console console) {
    super(console);
  }

  @Override
  Recipe adjusted(Recipe recipe) {
    return objective == null ? recipe : recipe.with(Hocon.assign("objective", objective));
  }

  @Override
  int run(Recipe recipe) {
    Corpus corpus = CliEnvironment.corpus(recipe);
    ExampleFiles files =
        new ExampleFiles(corpus, Objectives.parse(recipe.objective()), recipe.seed());
    ExampleFiles.Content content = texts ? ExampleFiles.Content.TEXTS : ExampleFiles.Content.IDS;
    long examples =
        files.write(CliEnvironment.spark(), firstEpoch, epochs, new Path(output), content);
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("output", output);
    facts.put("examples", examples);
    if (json) {
      console().print(Json.line(facts));
    } else {
      console().print(String.format(Locale.ROOT, "%,d examples in %s", examples, output));
    }
    return 0;
  }
}
