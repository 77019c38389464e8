package org.palimpsest.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.palimpsest.evaluation.inference.Embedder;
import org.palimpsest.evaluation.inference.TrainedModel;
import org.palimpsest.model.Device;
import org.palimpsest.training.config.Recipe;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "embed",
    description = "Embeds texts: the mean of the encoder's output over a text's tokens.",
    footer = {
      "",
      "Prints one JSON object per text, with its number of tokens and its embedding. Without --text"
          + " every line of standard input is a text; a line that cannot be used is reported on"
          + " standard error, and its object says why."
    })
final class EmbedCommand extends RecipeCommand {
  @Option(
      names = "--model",
      paramLabel = "DIR",
      description = "A model folder, instead of the run's newest checkpoint.")
  private String model;

  @Option(
      names = "--objective",
      paramLabel = "NAME",
      description =
          "With --model: what the model was trained with, which decides the special tokens around a"
              + " text. Default: as the folder says, otherwise bart or t5.")
  private String objective;

  @Option(names = "--text", paramLabel = "TEXT", description = "A text. May be repeated.")
  private List<String> texts = new ArrayList<>();

  /** A line of output. */
  private record Embedding(String text, int tokens, float[] embedding) {}

  EmbedCommand(Console console) {
    super(console);
  }

  @Override
  int run(Recipe recipe) {
    TrainedModel trained = trained(recipe);
    String engine = recipe.config().getString("engine");
    int threads = Runtime.getRuntime().availableProcessors();
    try (Embedder embedder = Embedder.open(trained, engine, Device.CPU, threads)) {
      return new TextByText(console(), text -> print(text, embedder), this::printNothing)
          .use(texts);
    }
  }

  private void print(String text, Embedder embedder) {
    int[] ids = embedder.ids(text);
    float[] embedding = embedder.embed(List.of(ids)).get(0);
    console().print(Json.value(new Embedding(text, ids.length, embedding)));
  }

  private void printNothing(String why) {
    console().print(Json.line(Map.of("error", why)));
  }

  private TrainedModel trained(Recipe recipe) {
    if (model == null) {
      return TrainedModel.newest(recipe, CliEnvironment.hadoop(), console()::warn);
    }
    return ForeignModel.open(
        new Path(model), CliEnvironment.hadoop(), Optional.ofNullable(objective), console()::warn);
  }
}
