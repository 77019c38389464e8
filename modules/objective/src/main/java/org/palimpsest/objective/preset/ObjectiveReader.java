package org.palimpsest.objective.preset;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.objective.Objective;
import org.palimpsest.objective.corruption.LossScope;
import org.palimpsest.objective.denoising.DenoisingObjective;
import org.palimpsest.objective.denoising.MixtureObjective;
import org.palimpsest.objective.noise.NoNoise;
import org.palimpsest.objective.noise.NoiseMask;
import org.palimpsest.objective.source.KeepText;
import org.palimpsest.objective.source.SourceFunction;
import org.palimpsest.objective.structure.StructuralStep;
import org.palimpsest.objective.target.FullText;
import org.palimpsest.objective.target.TargetFunction;
import org.palimpsest.objective.text.Description;
import org.palimpsest.objective.text.Names;

/** Reads objectives as a configuration gives them. */
final class ObjectiveReader {
  private final AxisReader axes = new AxisReader();

  Objective read(Object description) {
    if (description instanceof CharSequence name) {
      return named(name.toString());
    }
    if (description instanceof Map<?, ?> map) {
      return read(map);
    }
    throw PalimpsestException.configuration(
        "An objective must be a name or a section in braces, but is '" + description + "'.");
  }

  private Objective named(String name) {
    Map<String, Objective> presets = axes.presets();
    if (presets.containsKey(name)) {
      return presets.get(name);
    }
    return T5Names.parse(name)
        .map(Objective.class::cast)
        .orElseThrow(
            () ->
                PalimpsestException.configuration(
                    "Objective '"
                        + name
                        + "' is unknown; "
                        + Names.known(
                            name, presets.keySet(), ", and T5 names such as span_3_15_u_u")));
  }

  private Objective read(Map<?, ?> map) {
    if (map.containsKey("mixture")) {
      return mixture(new ObjectiveSection("", map));
    }
    return map.containsKey("preset") ? changed(map) : composed(new ObjectiveSection("", map));
  }

  private Objective changed(Map<?, ?> map) {
    Objective preset = named(new ObjectiveSection("", map).text("preset"));
    if (preset instanceof MixtureObjective mixture) {
      return withoutModeTokens(mixture, new ObjectiveSection("", map));
    }
    Map<String, Object> description = Description.with(preset.describe(), map);
    description.remove("preset");
    return composed(new ObjectiveSection("", description));
  }

  /** Of a mixture's preset only the name and the mode tokens can be changed. */
  private Objective withoutModeTokens(MixtureObjective mixture, ObjectiveSection section) {
    section.text("preset");
    String name = section.text("name", mixture.name());
    boolean with = section.flag("mode-tokens", false, true, true);
    section.finish();
    List<MixtureObjective.Part> parts = new ArrayList<>();
    for (MixtureObjective.Part part : mixture.parts()) {
      DenoisingObjective objective = part.objective();
      parts.add(
          new MixtureObjective.Part(with ? objective : objective.withModeToken(""), part.weight()));
    }
    return new MixtureObjective(name, parts);
  }

  private DenoisingObjective composed(ObjectiveSection section) {
    NoiseMask noise = section.has("noise") ? axes.noise(section.section("noise")) : new NoNoise();
    boolean silent = noise instanceof NoNoise && !section.has("source");
    SourceFunction source = silent ? new KeepText() : axes.source(section.section("source"));
    TargetFunction target =
        section.has("target") ? axes.target(section.section("target")) : new FullText();
    List<StructuralStep> steps = new ArrayList<>();
    for (Object step : section.elements("steps")) {
      steps.add(axes.step(ObjectiveSection.asSection("steps", step)));
    }
    DenoisingObjective objective =
        new DenoisingObjective(
            section.text("name", "custom"),
            steps,
            noise,
            source,
            target,
            section.choice("loss", LossScope.ALL),
            section.choice("frame", target.usualFrame()),
            section.text("mode-token", ""));
    // Named here so that a misspelled key is offered them, too.
    section.has("preset");
    section.has("mixture");
    section.finish();
    return objective;
  }

  private MixtureObjective mixture(ObjectiveSection section) {
    String name = section.text("name", "mixture");
    List<MixtureObjective.Part> parts = new ArrayList<>();
    for (Object element : section.elements("mixture")) {
      if (!(element instanceof Map<?, ?> map)) {
        parts.addAll(parts(read(element), 1, null));
        continue;
      }
      ObjectiveSection part = new ObjectiveSection("mixture", map);
      part.text("objective");
      Objective objective = read(part.value("objective"));
      parts.addAll(parts(objective, part.number("weight", 1), part.text("mode-token", null)));
      part.finish();
    }
    section.finish();
    return new MixtureObjective(name, parts);
  }

  /** A mixture in a mixture is spread out; it shares its weight among its parts. */
  private static List<MixtureObjective.Part> parts(
      Objective objective, double weight, String modeToken) {
    if (objective instanceof MixtureObjective mixture) {
      List<MixtureObjective.Part> spread = new ArrayList<>();
      for (int k = 0; k < mixture.parts().size(); k++) {
        DenoisingObjective part = mixture.parts().get(k).objective();
        spread.addAll(parts(part, weight * mixture.share(k), modeToken));
      }
      return spread;
    }
    DenoisingObjective single = (DenoisingObjective) objective;
    return List.of(
        new MixtureObjective.Part(
            modeToken == null ? single : single.withModeToken(modeToken), weight));
  }
}
