package org.palimpsest.objective.preset;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.Section;
import org.palimpsest.objective.Objective;
import org.palimpsest.objective.errors.CharacterErrors;
import org.palimpsest.objective.errors.ConfusionErrors;
import org.palimpsest.objective.errors.LostMarks;
import org.palimpsest.objective.errors.TextError;
import org.palimpsest.objective.errors.WordErrors;
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

/** The kinds and presets of this project. */
final class BuiltInKinds implements ObjectiveExtension {

  @Override
  public Map<String, Function<ObjectiveSection, StructuralStep>> steps() {
    Map<String, Function<ObjectiveSection, StructuralStep>> kinds = new LinkedHashMap<>();
    kinds.put("sentence-permutation", s -> new SentencePermutation(s.number("share", 1)));
    kinds.put("document-rotation", s -> new DocumentRotation(s.number("share", 1)));
    kinds.put("token-deletion", s -> new TokenDeletion(s.number("density", 0.15)));
    kinds.put(
        "token-insertion",
        s -> new TokenInsertion(s.number("density", 0.15), s.number("random-share", 0)));
    return kinds;
  }

  @Override
  public Map<String, Function<ObjectiveSection, NoiseMask>> noises() {
    Map<String, Function<ObjectiveSection, NoiseMask>> kinds = new LinkedHashMap<>();
    kinds.put("none", s -> new NoNoise());
    kinds.put(
        "iid",
        s ->
            new IidNoise(
                s.number("density", 0.15), s.choice("count", IidNoise.Count.RANDOM), unit(s)));
    kinds.put("random-spans", BuiltInKinds::randomSpans);
    kinds.put(
        "poisson-spans",
        s ->
            new PoissonSpans(
                s.number("density", 0.3),
                s.number("mean-span-length", 3),
                s.choice("sampler", PoissonSpans.Sampler.OVERLAPPING),
                unit(s)));
    kinds.put(
        "ngram-spans",
        s ->
            new NgramSpans(
                s.number("density", 0.15),
                s.choice("law", NgramSpans.Law.GEOMETRIC),
                s.number("ending", 0.2),
                s.integer("longest", 10),
                unit(s)));
    kinds.put("regular-spans", BuiltInKinds::regularSpans);
    kinds.put("tail", BuiltInKinds::tail);
    kinds.put(
        "single-span",
        s ->
            new SingleSpan(
                s.number("density", 0.5),
                s.number("at-start", 0.2),
                s.number("at-end", 0.2),
                unit(s)));
    return kinds;
  }

  private static NoiseMask randomSpans(ObjectiveSection section) {
    RandomSpans.Roll roll =
        section.flag(
            "random-roll", RandomSpans.Roll.OFF, RandomSpans.Roll.RANDOM, RandomSpans.Roll.OFF);
    return new RandomSpans(
        section.number("density", 0.15),
        section.number("mean-span-length", 3),
        roll,
        unit(section));
  }

  private static NoiseMask regularSpans(ObjectiveSection section) {
    int shortest = section.integer("shortest", 3);
    return new RegularSpans(
        section.number("density", 0.15),
        shortest,
        section.integer("longest", shortest),
        unit(section));
  }

  private static NoiseMask tail(ObjectiveSection section) {
    TailNoise.Cut cut =
        section.flag("random-cut", TailNoise.Cut.FIXED, TailNoise.Cut.RANDOM, TailNoise.Cut.RANDOM);
    return new TailNoise(section.number("density", 0.5), cut);
  }

  @Override
  public Map<String, Function<ObjectiveSection, TextError>> textErrors() {
    Map<String, Function<ObjectiveSection, TextError>> kinds = new LinkedHashMap<>();
    kinds.put("keyboard", s -> ConfusionErrors.keyboard(s.text("layout", "qwerty"), rate(s, 0.05)));
    kinds.put("confusions", BuiltInKinds::confusions);
    for (CharacterErrors.Change change : CharacterErrors.Change.values()) {
      kinds.put(
          Section.kebab(change) + "-characters", s -> new CharacterErrors(change, rate(s, 0.02)));
    }
    for (WordErrors.Change change : WordErrors.Change.values()) {
      kinds.put(Section.kebab(change) + "-words", s -> new WordErrors(change, rate(s, 0.01)));
    }
    for (LostMarks.Mark mark : LostMarks.Mark.values()) {
      kinds.put("lost-" + Section.kebab(mark), s -> new LostMarks(mark, rate(s, 1)));
    }
    return kinds;
  }

  private static double rate(ObjectiveSection section, double absent) {
    return section.number("rate", absent);
  }

  private static TextError confusions(ObjectiveSection section) {
    double rate = rate(section, 0.05);
    boolean own = section.has("file") || section.has("entries");
    if (section.has("table") ? own : section.has("file") == section.has("entries")) {
      throw PalimpsestException.configuration(
          "The errors of kind confusions need one of table (ocr, speech, homophones), file (a path)"
              + " and entries (a list of lines).");
    }
    if (!own) {
      return ConfusionErrors.named(section.text("table"), rate);
    }
    ConfusionErrors.Case letters = section.choice("case", ConfusionErrors.Case.FOLLOW);
    ConfusionErrors.Unit unit = section.choice("unit", ConfusionErrors.Unit.CHARACTERS);
    return section.has("file")
        ? ConfusionErrors.file(section.text("file"), letters, unit, rate)
        : ConfusionErrors.of(section.texts("entries"), letters, unit, rate);
  }

  private static NoiseUnit unit(ObjectiveSection section) {
    return section.flag("whole-words", NoiseUnit.TOKEN, NoiseUnit.WORD, NoiseUnit.TOKEN);
  }

  @Override
  public Map<String, Function<ObjectiveSection, SourceFunction>> sources() {
    Map<String, Function<ObjectiveSection, SourceFunction>> kinds = new LinkedHashMap<>();
    kinds.put("keep", s -> new KeepText());
    kinds.put(
        "mask-token",
        s ->
            new MaskTokens(
                s.choice("placeholder", Placeholder.MASK),
                s.number("random-share", 0),
                s.number("keep-share", 0)));
    kinds.put(
        "mask-span",
        s -> new MaskSpans(s.choice("placeholder", Placeholder.MASK), s.number("random-share", 0)));
    kinds.put("sentinel-span", s -> new SentinelPerSpan());
    kinds.put("drop", s -> new DropSpans());
    kinds.put("random-token", s -> new MaskTokens(Placeholder.MASK, 1, 0));
    kinds.put("gathered-token", s -> new GatheredTokens());
    kinds.put("permuted-tokens", s -> new PermutedTokens());
    return kinds;
  }

  @Override
  public Map<String, Function<ObjectiveSection, TargetFunction>> targets() {
    Map<String, Function<ObjectiveSection, TargetFunction>> kinds = new LinkedHashMap<>();
    kinds.put("full-text", s -> new FullText());
    kinds.put(
        "sentinel-spans",
        s ->
            new SentinelTarget(
                s.choice("last-sentinel", SentinelTarget.Last.AS_NEEDED),
                s.choice("first-sentinel", SentinelTarget.First.ALWAYS)));
    kinds.put("shared-sentinel-spans", s -> new SharedSentinelTarget());
    kinds.put("damaged-text", s -> new DamagedText());
    kinds.put("span-only", s -> new SpanOnly());
    return kinds;
  }

  @Override
  public List<Objective> presets() {
    return Presets.all();
  }
}
