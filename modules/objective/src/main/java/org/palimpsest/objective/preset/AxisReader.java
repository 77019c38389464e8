package org.palimpsest.objective.preset;

import java.util.List;
import org.palimpsest.objective.noise.IidNoise;
import org.palimpsest.objective.noise.NgramSpans;
import org.palimpsest.objective.noise.NoNoise;
import org.palimpsest.objective.noise.NoiseMask;
import org.palimpsest.objective.noise.NoiseUnit;
import org.palimpsest.objective.noise.PoissonSpans;
import org.palimpsest.objective.noise.RandomSpans;
import org.palimpsest.objective.noise.RegularSpans;
import org.palimpsest.objective.noise.SingleSpan;
import org.palimpsest.objective.noise.TailNoise;
import org.palimpsest.objective.source.DropSpans;
import org.palimpsest.objective.source.GatheredTokens;
import org.palimpsest.objective.source.KeepText;
import org.palimpsest.objective.source.MaskSpans;
import org.palimpsest.objective.source.MaskTokens;
import org.palimpsest.objective.source.PermutedTokens;
import org.palimpsest.objective.source.Placeholder;
import org.palimpsest.objective.source.SentinelPerSpan;
import org.palimpsest.objective.source.SourceFunction;
import org.palimpsest.objective.structure.DocumentRotation;
import org.palimpsest.objective.structure.SentencePermutation;
import org.palimpsest.objective.structure.StructuralStep;
import org.palimpsest.objective.structure.TokenDeletion;
import org.palimpsest.objective.structure.TokenInsertion;
import org.palimpsest.objective.target.DamagedText;
import org.palimpsest.objective.target.FullText;
import org.palimpsest.objective.target.SentinelTarget;
import org.palimpsest.objective.target.SharedSentinelTarget;
import org.palimpsest.objective.target.SpanOnly;
import org.palimpsest.objective.target.TargetFunction;

/** Reads steps, noise masks, source and target functions from a configuration. */
final class AxisReader {
  private static final List<String> STEPS =
      List.of("sentence-permutation", "document-rotation", "token-deletion", "token-insertion");
  private static final List<String> NOISES =
      List.of(
          "none",
          "iid",
          "random-spans",
          "poisson-spans",
          "ngram-spans",
          "regular-spans",
          "tail",
          "single-span");
  private static final List<String> SOURCES =
      List.of(
          "keep",
          "mask-token",
          "mask-span",
          "sentinel-span",
          "drop",
          "random-token",
          "gathered-token",
          "permuted-tokens");
  private static final List<String> TARGETS =
      List.of("full-text", "sentinel-spans", "shared-sentinel-spans", "damaged-text", "span-only");

  private AxisReader() {}

  static StructuralStep step(ObjectiveSection section) {
    String kind = section.text("kind");
    StructuralStep step =
        switch (kind) {
          case "sentence-permutation" -> new SentencePermutation(section.number("share", 1));
          case "document-rotation" -> new DocumentRotation(section.number("share", 1));
          case "token-deletion" -> new TokenDeletion(section.number("density", 0.15));
          case "token-insertion" ->
              new TokenInsertion(
                  section.number("density", 0.15), section.number("random-share", 0));
          default -> throw section.unknownKind(kind, STEPS);
        };
    section.finish();
    return step;
  }

  static NoiseMask noise(ObjectiveSection section) {
    String kind = section.text("kind");
    double density = kind.equals("none") ? 0 : section.number("density", usualDensity(kind));
    NoiseUnit unit = unit(kind, section);
    NoiseMask noise =
        switch (kind) {
          case "none" -> new NoNoise();
          case "iid" -> new IidNoise(density, section.choice("count", IidNoise.Count.RANDOM), unit);
          case "random-spans" ->
              new RandomSpans(
                  density,
                  section.number("mean-span-length", 3),
                  section.flag(
                      "random-roll",
                      RandomSpans.Roll.OFF,
                      RandomSpans.Roll.RANDOM,
                      RandomSpans.Roll.OFF),
                  unit);
          case "poisson-spans" ->
              new PoissonSpans(
                  density,
                  section.number("mean-span-length", 3),
                  section.choice("sampler", PoissonSpans.Sampler.OVERLAPPING),
                  unit);
          case "ngram-spans" ->
              new NgramSpans(
                  density,
                  section.choice("law", NgramSpans.Law.GEOMETRIC),
                  section.number("ending", 0.2),
                  section.integer("longest", 10),
                  unit);
          case "regular-spans" -> {
            int shortest = section.integer("shortest", 3);
            yield new RegularSpans(density, shortest, section.integer("longest", shortest), unit);
          }
          case "tail" ->
              new TailNoise(
                  density,
                  section.flag(
                      "random-cut",
                      TailNoise.Cut.FIXED,
                      TailNoise.Cut.RANDOM,
                      TailNoise.Cut.RANDOM));
          case "single-span" ->
              new SingleSpan(
                  density, section.number("at-start", 0.2), section.number("at-end", 0.2), unit);
          default -> throw section.unknownKind(kind, NOISES);
        };
    section.finish();
    return noise;
  }

  private static double usualDensity(String kind) {
    return switch (kind) {
      case "poisson-spans" -> 0.3;
      case "tail", "single-span" -> 0.5;
      default -> 0.15;
    };
  }

  private static NoiseUnit unit(String kind, ObjectiveSection section) {
    if (kind.equals("none") || kind.equals("tail")) {
      return NoiseUnit.TOKEN;
    }
    return section.flag("whole-words", NoiseUnit.TOKEN, NoiseUnit.WORD, NoiseUnit.TOKEN);
  }

  static SourceFunction source(ObjectiveSection section) {
    String kind = section.text("kind");
    SourceFunction source =
        switch (kind) {
          case "keep" -> new KeepText();
          case "mask-token" ->
              new MaskTokens(
                  section.choice("placeholder", Placeholder.MASK),
                  section.number("random-share", 0),
                  section.number("keep-share", 0));
          case "mask-span" ->
              new MaskSpans(
                  section.choice("placeholder", Placeholder.MASK),
                  section.number("random-share", 0));
          case "sentinel-span" -> new SentinelPerSpan();
          case "drop" -> new DropSpans();
          case "random-token" -> new MaskTokens(Placeholder.MASK, 1, 0);
          case "gathered-token" -> new GatheredTokens();
          case "permuted-tokens" -> new PermutedTokens();
          default -> throw section.unknownKind(kind, SOURCES);
        };
    section.finish();
    return source;
  }

  static TargetFunction target(ObjectiveSection section) {
    String kind = section.text("kind");
    TargetFunction target =
        switch (kind) {
          case "full-text" -> new FullText();
          case "sentinel-spans" ->
              new SentinelTarget(
                  section.choice("last-sentinel", SentinelTarget.Last.AS_NEEDED),
                  section.choice("first-sentinel", SentinelTarget.First.ALWAYS));
          case "shared-sentinel-spans" -> new SharedSentinelTarget();
          case "damaged-text" -> new DamagedText();
          case "span-only" -> new SpanOnly();
          default -> throw section.unknownKind(kind, TARGETS);
        };
    section.finish();
    return target;
  }
}
