package org.palimpsest.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.palimpsest.training.config.Recipe;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What all commands share: a recipe, and how failures are told. */
@Command(mixinStandardHelpOptions = true, sortOptions = false)
abstract class RecipeCommand implements Callable<Integer> {
  private final Console console;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "A recipe (HOCON); what it does not say has its default.")
  private Path config;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Sets one key over the recipe. May be repeated.")
  private List<String> assignments = new ArrayList<>();

  @Option(
      names = "--engine",
      paramLabel = "NAME",
      description = "What computes the model: torch, dl4j or auto; as --set engine=NAME.")
  private String engine;

  @Option(names = "--print-config", description = "Prints the resolved recipe and does no more.")
  private boolean printConfig;

  @SuppressWarnings("UnusedVariable") // Failures reads it from what was parsed.
  @Option(names = "--stacktrace", description = "Shows where a failure comes from.")
  private boolean stacktrace;

  RecipeCommand(Console console) {
    this.console = console;
  }

  @Override
  public final Integer call() {
    Recipe recipe = recipe();
    if (printConfig) {
      console.print(recipe.resolved().stripTrailing());
      return 0;
    }
    return run(recipe);
  }

  /** Does the command's work and returns its exit code. */
  abstract int run(Recipe recipe);

  /** The file given, over it {@code --set}, over that the command's own options. */
  private Recipe recipe() {
    Recipe recipe = config == null ? defaultRecipe() : Recipe.load(config);
    List<String> all = new ArrayList<>(assignments);
    if (engine != null) {
      all.add("engine=" + engine);
    }
    return adjusted(recipe.with(all));
  }

  /** The recipe where {@code --config} is not given. */
  Recipe defaultRecipe() {
    return Recipe.defaults();
  }

  /** The recipe with what the command's own options say. */
  Recipe adjusted(Recipe recipe) {
    return recipe;
  }

  final Console console() {
    return console;
  }
}
