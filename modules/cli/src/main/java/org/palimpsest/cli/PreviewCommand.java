package org.palimpsest.cli;

import com.typesafe.config.ConfigUtil;
import java.util.ArrayList;
import java.util.List;
import org.palimpsest.objective.Objective;
import org.palimpsest.objective.Objectives;
import org.palimpsest.training.Recipe;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "preview",
    description = "Shows damaged examples, source over target: what a model is taught.",
    footer = {
      "",
      "Without --input the examples come from the recipe's prepared corpus, in the order in which"
          + " the training reads them."
    })
final class PreviewCommand extends RecipeCommand {
  @Option(
      names = "--objective",
      paramLabel = "NAME",
      description = "How to damage, instead of the recipe's objective.")
  private String objective;

  @Option(
      names = "--input",
      paramLabel = "TEXT|FILE",
      description = "A text, or a text file with a paragraph an example.")
  private String input;

  @Option(names = "--seed", paramLabel = "N", description = "Instead of the recipe's seed.")
  private Long seed;

  @Option(names = "--epoch", paramLabel = "N", description = "Of the training. Default: 0.")
  private long epoch;

  @Option(
      names = "--examples",
      paramLabel = "N",
      description = "How many. Default: ${DEFAULT-VALUE}.",
      defaultValue = "3")
  private int examples;

  @Option(names = "--json", description = "Prints a JSON object with ids and texts an example.")
  private boolean json;

  PreviewCommand(Console console) {
    super(console);
  }

  @Override
  Recipe adjusted(Recipe recipe) {
    List<String> set = new ArrayList<>();
    if (objective != null) {
      set.add("objective = " + ConfigUtil.quoteString(objective));
    }
    if (seed != null) {
      set.add("seed = " + seed);
    }
    return recipe.with(set);
  }

  @Override
  int run(Recipe recipe) {
    Objective how = Objectives.parse(recipe.objective());
    Sample sample = sample(recipe);
    ExamplePrinter printer =
        json
            ? ExamplePrinter.json(console(), sample.tokenizer(), how.name())
            : ExamplePrinter.text(console(), sample.tokenizer(), how.name());
    sample.damaged(how, recipe.seed(), epoch).forEach(printer::print);
    return 0;
  }

  private Sample sample(Recipe recipe) {
    return input == null
        ? Sample.ofTraining(Surroundings.corpus(recipe), recipe.seed(), examples)
        : Sample.ofInput(input, Surroundings.tokenizer(recipe), examples);
  }
}
