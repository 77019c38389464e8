package org.palimpsest.cli;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.palimpsest.training.Recipe;
import org.palimpsest.training.trained.Restoration;
import org.palimpsest.training.trained.Restorer;
import org.palimpsest.training.trained.TrainedModel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "restore",
    description = "Restores damaged text: each <mask> stands for any number of lost words.",
    footer = {
      "",
      "A text without <mask> is written anew, corrected where the model knows better. Without"
          + " --text every line of the standard input is a text."
    })
final class RestoreCommand extends RecipeCommand {
  @Option(
      names = "--model",
      paramLabel = "DIR",
      description = "A model folder, instead of the run's newest checkpoint.")
  private String model;

  @Option(names = "--text", paramLabel = "TEXT", description = "May be repeated.")
  private List<String> texts = new ArrayList<>();

  @Option(
      names = "--beams",
      paramLabel = "N",
      description = "Width of the search; 1 is greedy. Default: ${DEFAULT-VALUE}.",
      defaultValue = "1")
  private int beams;

  @Option(names = "--json", description = "Prints a JSON object a text.")
  private boolean json;

  RestoreCommand(Console console) {
    super(console);
  }

  @Override
  int run(Recipe recipe) {
    TrainedModel trained = trained(recipe);
    String engine = recipe.config().getString("engine");
    int threads = Runtime.getRuntime().availableProcessors();
    try (Restorer restorer = Restorer.open(trained, engine, threads, beams)) {
      for (String text : texts.isEmpty() ? standardInput() : texts) {
        Restoration restoration = restorer.restore(text);
        console().print(json ? Json.value(restoration) : restoration.text());
      }
    }
    return 0;
  }

  private TrainedModel trained(Recipe recipe) {
    return model == null
        ? TrainedModel.newest(recipe, Surroundings.hadoop())
        : TrainedModel.folder(new Path(model), Surroundings.hadoop());
  }

  private static List<String> standardInput() {
    return new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))
        .lines()
        .filter(line -> !line.isBlank())
        .toList();
  }
}
