package org.palimpsest.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.evaluation.inference.Correction;
import org.palimpsest.evaluation.inference.Corrector;
import org.palimpsest.evaluation.inference.Generation;
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
          + " standard input is a text, and has one line of output; a line that cannot be used is"
          + " reported on standard error, and has an empty one."
    })
final class RestoreCommand extends RecipeCommand {
  @Option(
      names = "--model",
      paramLabel = "DIR",
      description = "A model folder, instead of the run's newest checkpoint.")
  private String model;

  @Option(
      names = "--objective",
      paramLabel = "NAME",
      description =
          "With --model: what the model was trained with, or pairs for one that was fine-tuned to"
              + " write. Default: as the folder says, otherwise bart or t5.")
  private String objective;

  @Option(
      names = "--language",
      paramLabel = "TOKEN",
      description =
          "The language of the texts, as the tokenizer of a multilingual model calls it: en_XX,"
              + " eng_Latn. Default: as the model's folder says.")
  private String language = "";

  @Option(
      names = "--target-language",
      paramLabel = "TOKEN",
      description =
          "The language of what is written. Default: --language for models that restore texts,"
              + " otherwise as the model's folder says.")
  private String targetLanguage = "";

  @Option(names = "--text", paramLabel = "TEXT", description = "A text. May be repeated.")
  private List<String> texts = new ArrayList<>();

  @Option(
      names = "--beams",
      paramLabel = "N",
      description =
          "Width of the beam search; 1 is greedy. Default: as the model's generation_config.json"
              + " says, otherwise 1.")
  private Integer beams;

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

  @Option(
      names = "--correct",
      description =
          "Corrects texts of any length sentence by sentence, and marks what changed: [-removed-]"
              + " {+added+}, on a terminal by colors.")
  private boolean correct;

  @Option(
      names = "--min-gain",
      paramLabel = "NATS",
      description =
          "With --correct: makes only changes that raise the log-probability of the text by at least"
              + " that much. Default: makes every change.")
  private Double minGain;

  @Option(names = "--json", description = "Prints one JSON object per text.")
  private boolean json;

  RestoreCommand(Console console) {
    super(console);
  }

  @Override
  int run(Recipe recipe) {
    refuseMixedUses();
    TrainedModel trained = inLanguages(trained(recipe));
    String engine = recipe.config().getString("engine");
    int threads = Runtime.getRuntime().availableProcessors();
    Generation stated = Generation.of(trained);
    stated.unused().ifPresent(console()::warn);
    DecodingOptions options = decoding(stated, recipe.seed()).withBest(best);
    try (Restorer restorer = Restorer.open(trained, engine, threads, options)) {
      if (texts.size() == 1) {
        restore(texts.get(0), restorer);
        return 0;
      }
      return new TextByText(console(), text -> restore(text, restorer), this::printNothing)
          .use(texts);
    }
  }

  private void refuseMixedUses() {
    if (correct && (best > 1 || spans)) {
      throw PalimpsestException.configuration(
          "--correct prints one text: leave out " + (spans ? "--spans" : "--best") + ".");
    }
    if (minGain != null && !correct) {
      throw PalimpsestException.configuration(
          "--min-gain chooses among corrections: add --correct, or leave it out.");
    }
  }

  private void restore(String text, Restorer restorer) {
    if (correct) {
      double least = minGain == null ? Double.NEGATIVE_INFINITY : minGain;
      print(new Corrector(restorer, least).correct(text));
    } else {
      restorer.alternatives(text).forEach(this::print);
    }
  }

  private void printNothing(String why) {
    for (int i = 0; i < best; i++) {
      console().print(json ? Json.line(Map.of("error", why)) : "");
    }
  }

  private DecodingOptions decoding(Generation stated, long seed) {
    int positions = stated.positions();
    boolean sampled = temperature != null || topK != null || topP != null;
    if (!sampled) {
      return stated.decoding(Optional.ofNullable(beams), best);
    }
    Sampling sampling =
        new Sampling(
            temperature == null ? 1 : temperature,
            topK == null ? 0 : topK,
            topP == null ? 1 : topP,
            seed);
    return stated.constrained(DecodingOptions.sampled(positions, sampling));
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

  private void print(Correction correction) {
    console().print(json ? Json.value(correction) : correction.marked(console().style()));
  }

  /** A text is restored in its own language. */
  private TrainedModel inLanguages(TrainedModel trained) {
    boolean restores = targetLanguage.isEmpty() && !trained.isFineTuned();
    return trained.withLanguages(language, restores ? language : targetLanguage);
  }

  private TrainedModel trained(Recipe recipe) {
    if (model == null) {
      return TrainedModel.newest(recipe, CliEnvironment.hadoop(), console()::warn);
    }
    return ForeignModel.open(
        new Path(model), CliEnvironment.hadoop(), Optional.ofNullable(objective), console()::warn);
  }
}
