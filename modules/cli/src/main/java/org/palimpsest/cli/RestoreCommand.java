package org.palimpsest.cli;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.palimpsest.evaluation.inference.Restoration;
import org.palimpsest.evaluation.inference.Restorer;
import org.palimpsest.evaluation.inference.TrainedModel;
import org.palimpsest.model.DecodingOptions;
import org.palimpsest.model.Sampling;
import org.palimpsest.training.config.Recipe;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "restore",
    description = "Restores corrupted text: each <mask> stands for any number of missing words.",
    footer = {
      "",
      "A text without <mask> is rewritten as the model predicts it. Without --text every line of"
          + " standard input is a text."
    })
final class RestoreCommand extends RecipeCommand {
  @Option(
      names = "--model",
      paramLabel = "DIR",
      description = "A model folder, instead of the run's newest checkpoint.")
  private String model;

  @Option(names = "--text", paramLabel = "TEXT", description = "A text. May be repeated.")
  private List<String> texts = new ArrayList<>();

  @Option(
      names = "--beams",
      paramLabel = "N",
      description = "Width of the beam search; 1 is greedy. Default: ${DEFAULT-VALUE}.",
      defaultValue = "1")
  private int beams;

  @Option(
      names = "--best",
      paramLabel = "N",
      description =
          "Texts to print for each, best first; at most --beams, or that many samples. Default:"
              + " ${DEFAULT-VALUE}.",
      defaultValue = "1")
  private int best;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description = "Samples tokens instead of taking the best; logits are divided by T.")
  private Double temperature;

  @Option(
      names = "--top-k",
      paramLabel = "K",
      description = "Samples from the K most probable tokens.")
  private Integer topK;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      description = "Samples from the fewest tokens whose probabilities add up to P.")
  private Double topP;

  @Option(names = "--spans", description = "Prints only what was filled in, one line per <mask>.")
  private boolean spans;

  @Option(names = "--json", description = "Prints one JSON object per text.")
  private boolean json;

  RestoreCommand(Console console) {
    super(console);
  }

  @Override
  int run(Recipe recipe) {
    TrainedModel trained = trained(recipe);
    String engine = recipe.config().getString("engine");
    int threads = Runtime.getRuntime().availableProcessors();
    DecodingOptions options = decoding(trained.spec().positions(), recipe.seed()).withBest(best);
    try (Restorer restorer = Restorer.open(trained, engine, threads, options)) {
      for (String text : texts.isEmpty() ? standardInput() : texts) {
        restorer.alternatives(text).forEach(this::print);
      }
    }
    return 0;
  }

  private DecodingOptions decoding(int positions, long seed) {
    boolean sampled = temperature != null || topK != null || topP != null;
    if (!sampled) {
      return new DecodingOptions(positions, beams, 1.0);
    }
    Sampling sampling =
        new Sampling(
            temperature == null ? 1 : temperature,
            topK == null ? 0 : topK,
            topP == null ? 1 : topP,
            seed);
    return DecodingOptions.sampled(positions, sampling);
  }

  private void print(Restoration restoration) {
    if (json) {
      console().print(Json.value(restoration));
    } else if (spans) {
      restoration.spans().forEach(console()::print);
    } else {
      console().print(restoration.text());
    }
  }

  private TrainedModel trained(Recipe recipe) {
    return model == null
        ? TrainedModel.newest(recipe, CliEnvironment.hadoop(), console()::warn)
        : TrainedModel.folder(new Path(model), CliEnvironment.hadoop());
  }

  private static List<String> standardInput() {
    return new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))
        .lines()
        .filter(line -> !line.isBlank())
        .toList();
  }
}
