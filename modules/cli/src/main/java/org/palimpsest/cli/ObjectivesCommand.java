package org.palimpsest.cli;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import org.palimpsest.objective.Objective;
import org.palimpsest.objective.Vocabulary;
import org.palimpsest.objective.preset.Objectives;
import org.palimpsest.training.config.Recipe;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "objectives",
    description = "Lists the named objectives and the cost of each.",
    footer = {
      "",
      "Lengths are means for full blocks, <s> and </s> included. T5 names such as span_3_15_u_u are"
          + " also objectives, and a recipe can compose its own."
    })
final class ObjectivesCommand extends RecipeCommand {
  private static final String ROW = "%-21s %-44s %-23s %-15s %-8s %7s %7s %9s %10s";

  @Option(
      names = "--block-size",
      paramLabel = "N",
      description = "Raw tokens in a block. Default: ${DEFAULT-VALUE}.",
      defaultValue = "512")
  private int blockSize;

  @Option(names = "--json", description = "Prints one JSON object per objective.")
  private boolean json;

  ObjectivesCommand(Console console) {
    super(console);
  }

  @Override
  int run(Recipe recipe) {
    List<Objective> objectives = new ArrayList<>(Objectives.presets());
    Objective configured = Objectives.parse(recipe.objective());
    if (!objectives.contains(configured)) {
      objectives.add(configured);
    }
    if (!json) {
      console().print(console().style().strong(header()));
    }
    objectives.stream().map(this::facts).forEach(facts -> console().print(line(facts)));
    return 0;
  }

  private String line(Map<String, Object> facts) {
    return json
        ? Json.line(facts)
        : String.format(Locale.ROOT, ROW, facts.values().toArray()).stripTrailing();
  }

  private static String header() {
    return String.format(
        Locale.ROOT,
        ROW,
        "objective",
        "steps and noise",
        "source",
        "target",
        "loss",
        "encoder",
        "decoder",
        "positions",
        "sentinels");
  }

  private Map<String, Object> facts(Objective objective) {
    Objective.Lengths lengths = objective.lengths(anyVocabulary(), blockSize);
    Map<String, ?> description = objective.describe();
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("objective", objective.name());
    facts.put("noise", noise(description));
    facts.put("source", kind(description.get("source")));
    facts.put("target", kind(description.get("target")));
    facts.put("loss", description.containsKey("loss") ? description.get("loss") : "");
    facts.put("encoder", rounded(lengths.meanSource(), 10));
    facts.put("decoder", rounded(lengths.meanTarget(), 10));
    facts.put(
        "positions a raw token",
        rounded((lengths.meanSource() + lengths.meanTarget()) / blockSize, 100));
    facts.put("sentinels", objective.needs(blockSize).sentinels());
    return facts;
  }

  private static double rounded(double value, int parts) {
    return (double) Math.round(value * parts) / parts;
  }

  /** Steps, mask, noise density, and mean span length; of a mixture the number of its parts. */
  private static String noise(Map<String, ?> description) {
    if (description.get("mixture") instanceof List<?> parts) {
      return "mixture of " + parts.size();
    }
    StringJoiner words = new StringJoiner(" + ");
    for (Object step : (List<?>) description.get("steps")) {
      words.add(kind(step));
    }
    Map<?, ?> noise = (Map<?, ?>) description.get("noise");
    if (!kind(noise).equals("none") || words.length() == 0) {
      words.add(kind(noise) + numbers(noise));
    }
    return words.toString();
  }

  private static String numbers(Map<?, ?> noise) {
    Object density = noise.get("density");
    Object length = noise.get("mean-span-length");
    return (density == null ? "" : " " + density) + (length == null ? "" : " x " + length);
  }

  private static String kind(Object axis) {
    return axis instanceof Map<?, ?> map ? map.get("kind").toString() : "";
  }

  /** Of a vocabulary, lengths depend only on whether it has {@code <s>}. */
  private static Vocabulary anyVocabulary() {
    BitSet special = new BitSet();
    special.set(0, 5);
    return new Vocabulary(
        32_768,
        new Vocabulary.Roles(0, 1, 2, 3, 4, 2),
        Vocabulary.Sentinels.descending(32_767, 16_384),
        special);
  }
}
