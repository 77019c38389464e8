package org.palimpsest.objective.preset;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.objective.corruption.Frame;
import org.palimpsest.objective.corruption.LossScope;
import org.palimpsest.objective.denoising.DenoisingObjective;
import org.palimpsest.objective.noise.IidNoise;
import org.palimpsest.objective.noise.NoiseMask;
import org.palimpsest.objective.noise.NoiseUnit;
import org.palimpsest.objective.noise.RandomSpans;
import org.palimpsest.objective.noise.RegularSpans;
import org.palimpsest.objective.source.DropSpans;
import org.palimpsest.objective.source.GatheredTokens;
import org.palimpsest.objective.source.MaskSpans;
import org.palimpsest.objective.source.MaskTokens;
import org.palimpsest.objective.source.PermutedTokens;
import org.palimpsest.objective.source.Placeholder;
import org.palimpsest.objective.source.SentinelPerSpan;
import org.palimpsest.objective.source.SourceFunction;
import org.palimpsest.objective.target.DamagedText;
import org.palimpsest.objective.target.FullText;
import org.palimpsest.objective.target.SentinelTarget;
import org.palimpsest.objective.target.SharedSentinelTarget;
import org.palimpsest.objective.target.TargetFunction;

/**
 * The naming scheme of T5's objectives, {@code <noise>_<density>_<inputs>_<targets>}, from the
 * repository's {@code gin/objectives/README}: noise {@code iid}, {@code span_n}, {@code reg_n} or
 * {@code reg_m-n}; density in percent; inputs m, r, g, p, d, s, u, or {@code r10s90} for 10 %
 * random tokens and 90 % sentinels; targets f, d, s, u. Sentinel 0 is the mask.
 *
 * <p>One difference: with inputs and targets u, sentinels are aligned also if the text begins with
 * noise.
 */
final class T5Names {
  private static final Pattern NAME =
      Pattern.compile(
          "(?<noise>iid|span_(?<span>\\d+)|reg_(?<from>\\d+)(-(?<to>\\d+))?)_(?<density>\\d{1,3})"
              + "_(?<inputs>[mrgpdsu]|r(?<random>\\d{1,3})s(?<rest>\\d{1,3}))_(?<targets>[fdsu])");

  private T5Names() {}

  /** The objective of this name, if it is one. */
  static Optional<DenoisingObjective> parse(String name) {
    Matcher parts = NAME.matcher(name);
    if (!parts.matches()) {
      return Optional.empty();
    }
    return Optional.of(
        new DenoisingObjective(
            name,
            List.of(),
            noise(parts),
            source(parts),
            target(parts.group("targets")),
            LossScope.ALL,
            Frame.END,
            ""));
  }

  private static NoiseMask noise(Matcher parts) {
    double density = percent(parts.group("density"));
    if (parts.group("span") != null) {
      double mean = number(parts.group("span"));
      return new RandomSpans(density, mean, RandomSpans.Roll.OFF, NoiseUnit.TOKEN);
    }
    if (parts.group("from") != null) {
      int from = number(parts.group("from"));
      int to = parts.group("to") == null ? from : number(parts.group("to"));
      return new RegularSpans(density, from, to, NoiseUnit.TOKEN);
    }
    return new IidNoise(density, IidNoise.Count.RANDOM, NoiseUnit.TOKEN);
  }

  private static SourceFunction source(Matcher parts) {
    if (parts.group("random") != null) {
      double random = percent(parts.group("random"));
      if (number(parts.group("random")) + number(parts.group("rest")) != 100) {
        throw PalimpsestException.configuration(
            "Objective '" + parts.group() + "' must have r and s add up to 100.");
      }
      return new MaskTokens(Placeholder.SENTINEL, random, 0);
    }
    return switch (parts.group("inputs")) {
      case "m" -> new MaskTokens(Placeholder.SENTINEL, 0, 0);
      case "r" -> new MaskTokens(Placeholder.SENTINEL, 1, 0);
      case "g" -> new GatheredTokens();
      case "p" -> new PermutedTokens();
      case "d" -> new DropSpans();
      case "s" -> new MaskSpans(Placeholder.SENTINEL, 0);
      default -> new SentinelPerSpan();
    };
  }

  private static TargetFunction target(String letter) {
    return switch (letter) {
      case "f" -> new FullText();
      case "d" -> new DamagedText();
      case "s" -> new SharedSentinelTarget();
      default -> new SentinelTarget(SentinelTarget.Last.AS_NEEDED, SentinelTarget.First.ALWAYS);
    };
  }

  private static double percent(String digits) {
    return number(digits) / 100.0;
  }

  private static int number(String digits) {
    return digits.length() > 6 ? Integer.MAX_VALUE : Integer.parseInt(digits);
  }
}
