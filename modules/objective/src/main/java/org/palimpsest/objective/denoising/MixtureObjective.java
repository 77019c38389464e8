package org.palimpsest.objective.denoising;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.objective.Corruptor;
import org.palimpsest.objective.Needs;
import org.palimpsest.objective.Objective;
import org.palimpsest.objective.TextCodec;
import org.palimpsest.objective.Vocabulary;
import org.palimpsest.objective.corruption.NoiseRandom;
import org.palimpsest.objective.text.Description;

/**
 * Several objectives; each example draws one of them by weight. The draw is a function of (seed,
 * epoch, example id).
 *
 * @param name in configurations and logs
 * @param parts the objectives and their weights
 */
public record MixtureObjective(String name, List<Part> parts) implements Objective {
  /**
   * One objective of a mixture.
   *
   * @param objective the objective
   * @param weight relative frequency; above 0
   */
  public record Part(DenoisingObjective objective, double weight) implements Serializable {
    public Part {
      if (!(weight > 0) || Double.isInfinite(weight)) {
        throw PalimpsestException.configuration(
            "The weight of objective '"
                + objective.name()
                + "' in a mixture must be a number over 0, but is "
                + weight
                + ".");
      }
    }
  }

  public MixtureObjective {
    parts = List.copyOf(parts);
    if (parts.isEmpty()) {
      throw PalimpsestException.configuration(
          "Objective '" + name + "' is a mixture of nothing; give it at least one part.");
    }
  }

  /** Share of the examples that part {@code k} corrupts. */
  public double share(int k) {
    return parts.get(k).weight() / parts.stream().mapToDouble(Part::weight).sum();
  }

  @Override
  public Corruptor corruptor(Vocabulary vocabulary, int blockTokens) {
    return corruptor(part -> part.corruptor(vocabulary, blockTokens));
  }

  @Override
  public Corruptor corruptor(TextCodec codec, int blockTokens) {
    return corruptor(part -> part.corruptor(codec, blockTokens));
  }

  @Override
  public boolean readsText() {
    return parts.stream().anyMatch(part -> part.objective().readsText());
  }

  @Override
  public MixtureObjective ofTokens() {
    return new MixtureObjective(
        name,
        parts.stream().map(part -> new Part(part.objective().ofTokens(), part.weight())).toList());
  }

  private Corruptor corruptor(Function<DenoisingObjective, Corruptor> maker) {
    Corruptor[] corruptors = new Corruptor[parts.size()];
    long[] thresholds = new long[parts.size()];
    double cumulative = 0;
    for (int k = 0; k < corruptors.length; k++) {
      corruptors[k] = maker.apply(parts.get(k).objective());
      cumulative += share(k);
      thresholds[k] = NoiseRandom.threshold(cumulative);
    }
    thresholds[corruptors.length - 1] = Long.MAX_VALUE;
    NoiseRandom random = new NoiseRandom();
    return (block, seed, epoch, into) -> {
      long draw = random.example(seed, epoch, block.id()).stage(NoiseRandom.MIXTURE).next() >>> 11;
      int part = 0;
      while (draw >= thresholds[part]) {
        part++;
      }
      corruptors[part].corrupt(block, seed, epoch, into);
    };
  }

  @Override
  public Needs needs(int blockTokens) {
    int sentinels = 0;
    boolean mask = false;
    TreeSet<String> named = new TreeSet<>();
    for (Part part : parts) {
      Needs needs = part.objective().needs(blockTokens);
      sentinels = Math.max(sentinels, needs.sentinels());
      mask |= needs.mask();
      named.addAll(needs.named());
    }
    return new Needs(sentinels, mask, List.copyOf(named));
  }

  @Override
  public Lengths lengths(Vocabulary vocabulary, int rawTokens) {
    Lengths sum = new Lengths(0, 0, 0, 0);
    for (int k = 0; k < parts.size(); k++) {
      Lengths part = parts.get(k).objective().lengths(vocabulary, rawTokens);
      sum =
          new Lengths(
              sum.meanSource() + share(k) * part.meanSource(),
              Math.max(sum.maxSource(), part.maxSource()),
              sum.meanTarget() + share(k) * part.meanTarget(),
              Math.max(sum.maxTarget(), part.maxTarget()));
    }
    return sum;
  }

  @Override
  public Map<String, Object> describe() {
    List<Object> descriptions = new ArrayList<>();
    for (Part part : parts) {
      descriptions.add(
          Description.of("objective", part.objective().describe(), "weight", part.weight()));
    }
    Map<String, Object> description = new LinkedHashMap<>();
    description.put("name", name);
    description.put("mixture", descriptions);
    return description;
  }
}
