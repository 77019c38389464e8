package org.palimpsest.cli;

import java.util.ArrayList;
import java.util.List;
import org.palimpsest.corpus.tokenize.Tokenizer;
import org.palimpsest.objective.ExampleStatistics;
import org.palimpsest.objective.Objective;
import org.palimpsest.objective.preset.Objectives;
import org.palimpsest.training.config.Recipe;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "preview",
    description = "Shows corrupted examples, source above target.",
    footer = {
      "",
      "Without --input the examples come from the recipe's prepared corpus, in training order."
          + " Files of --input are read, cleaned (without deduplication), and cut into blocks of"
          + " corpus.block-size tokens as 'prepare' does it, with the tokenizer of the recipe or of"
          + " its corpus."
    })
final class PreviewCommand extends RecipeCommand {
  private static final int SHOWN = 3;
  private static final int COUNTED = 10_000;

  @Option(
      names = "--objective",
      paramLabel = "NAME",
      description = "How to corrupt, instead of the recipe's objective.")
  private String objective;

  @Option(
      names = "--input",
      paramLabel = "TEXT|PATH",
      description = "A text; or a file, a folder, or a glob on any file system.")
  private String input;

  @Option(names = "--seed", paramLabel = "N", description = "Instead of the recipe's seed.")
  private Long seed;

  @Option(names = "--epoch", paramLabel = "N", description = "Epoch of the training. Default: 0.")
  private long epoch;

  @Option(
      names = "--examples",
      paramLabel = "N",
      description =
          "Number of examples. Default: " + SHOWN + ", and " + COUNTED + " for --statistics.")
  private Integer examples;

  @Option(
      names = "--statistics",
      description = "Counts instead of showing: realised noise, spans, lengths, cost.")
  private boolean statistics;

  @Option(names = "--json", description = "Prints a JSON object with ids and texts an example.")
  private boolean json;

  PreviewCommand(Console console) {
    super(console);
  }

  @Override
  Recipe adjusted(Recipe recipe) {
    List<String> set = new ArrayList<>();
    if (objective != null) {
      set.add(Hocon.assign("objective", objective));
    }
    if (seed != null) {
      set.add("seed = " + seed);
    }
    return recipe.with(set);
  }

  @Override
  int run(Recipe recipe) {
    Objective objective = Objectives.parse(recipe.objective());
    Sample sample = sample(recipe);
    if (statistics) {
      count(sample, objective, recipe.seed());
    } else {
      show(sample, objective, recipe.seed());
    }
    return 0;
  }

  private void show(Sample sample, Objective objective, long seed) {
    ExamplePrinter printer =
        json
            ? ExamplePrinter.json(console(), sample.tokenizer(), objective.name())
            : ExamplePrinter.text(console(), sample.tokenizer(), objective.name());
    sample.corrupt(objective, seed, epoch, printer::print);
  }

  private void count(Sample sample, Objective objective, long seed) {
    ExampleStatistics counted = new ExampleStatistics();
    sample.corrupt(objective, seed, epoch, counted::add);
    StatisticsPrinter printer =
        new StatisticsPrinter(console(), objective.name(), sample.blockTokens());
    if (json) {
      printer.json(counted);
    } else {
      printer.text(counted);
    }
  }

  private Sample sample(Recipe recipe) {
    int standard = statistics ? COUNTED : SHOWN;
    int count = examples == null ? standard : examples;
    if (input == null) {
      return Sample.ofTraining(CliEnvironment.corpus(recipe), recipe, count);
    }
    Tokenizer tokenizer = CliEnvironment.tokenizer(recipe);
    return CliEnvironment.exists(input)
        ? Sample.ofFiles(recipe, input, tokenizer, count)
        : Sample.ofText(input, tokenizer);
  }
}
