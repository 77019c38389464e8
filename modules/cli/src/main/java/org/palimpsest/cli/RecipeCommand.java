package org.palimpsest.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.palimpsest.training.config.Recipe;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A command that reads a recipe, with the options that all such commands share. */
@Command(mixinStandardHelpOptions = true, sortOptions = false)
abstract class RecipeCommand implements Callable<Integer> {
  private final Console console;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "A recipe (HOCON); every key that it does not set has its default.")
  private Path config;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Sets one key, overriding the recipe. May be repeated.")
  private List<String> assignments = new ArrayList<>();

  @Option(
      names = "--engine",
      paramLabel = "NAME",
      description = "What computes the model: torch, dl4j, or auto; the same as --set engine=NAME.")
  private String engine;

  @Option(names = "--print-config", description = "Prints the resolved recipe and exits.")
  private boolean printConfig;

  @SuppressWarnings("UnusedVariable") // Failures reads it from the parse result.
  @Option(names = "--stacktrace", description = "Prints the stack trace of a failure.")
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

  /** Runs the command and returns its exit code. */
  abstract int run(Recipe recipe);

  /** The file, overridden by {@code --set}, overridden by the command's own options. */
  private Recipe recipe() {
    Recipe recipe = config == null ? defaultRecipe() : Recipe.load(config);
    List<String> all = new ArrayList<>(assignments);
    if (engine != null) {
      all.add("engine=" + engine);
    }
    return adjusted(recipe.with(all));
  }

  /** The recipe without {@code --config}. */
  Recipe defaultRecipe() {
    return Recipe.defaults();
  }

  /** The recipe with the command's own options applied. */
  Recipe adjusted(Recipe recipe) {
    return recipe;
  }

  final Console console() {
    return console;
  }
}
