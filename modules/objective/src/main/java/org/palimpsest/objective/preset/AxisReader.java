package org.palimpsest.objective.preset;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.Services;
import org.palimpsest.objective.Objective;
import org.palimpsest.objective.errors.ErrorMix;
import org.palimpsest.objective.errors.TextError;
import org.palimpsest.objective.errors.TextNoise;
import org.palimpsest.objective.noise.NoiseMask;
import org.palimpsest.objective.source.SourceFunction;
import org.palimpsest.objective.structure.StructuralStep;
import org.palimpsest.objective.target.TargetFunction;

/**
 * Reads steps, noise masks, source and target functions by their {@code kind}, and presets by name:
 * the built-in ones and those of all {@link ObjectiveExtension}s of the thread's class loader.
 */
final class AxisReader {
  /** The step that is made of values of another axis: the errors. */
  private static final String TEXT_NOISE = "text-noise";

  private final List<ObjectiveExtension> extensions;

  AxisReader() {
    extensions =
        Stream.concat(
                Stream.of(new BuiltInKinds()), Services.all(ObjectiveExtension.class).stream())
            .toList();
  }

  StructuralStep step(ObjectiveSection section) {
    return section.has("kind") && section.text("kind").equals(TEXT_NOISE)
        ? textNoise(section)
        : read(section, ObjectiveExtension::steps, List.of(TEXT_NOISE));
  }

  private TextNoise textNoise(ObjectiveSection section) {
    List<TextError> errors = section.has("mix") ? mix(section) : listedErrors(section);
    section.finish();
    return new TextNoise(errors);
  }

  private List<TextError> listedErrors(ObjectiveSection section) {
    return section.sections("errors").stream()
        .map(error -> read(error, ObjectiveExtension::textErrors, List.of()))
        .toList();
  }

  private static List<TextError> mix(ObjectiveSection section) {
    if (section.has("errors")) {
      throw PalimpsestException.configuration(
          "The step text-noise has both a mix and errors; leave one of them out.");
    }
    return section
        .choice("mix", ErrorMix.KEYBOARD)
        .errors(section.number("rate", 0.05), section.text("layout", "qwerty"));
  }

  NoiseMask noise(ObjectiveSection section) {
    return read(section, ObjectiveExtension::noises, List.of());
  }

  SourceFunction source(ObjectiveSection section) {
    return read(section, ObjectiveExtension::sources, List.of());
  }

  TargetFunction target(ObjectiveSection section) {
    return read(section, ObjectiveExtension::targets, List.of());
  }

  private <T> T read(
      ObjectiveSection section,
      Function<ObjectiveExtension, Map<String, Function<ObjectiveSection, T>>> axis,
      List<String> others) {
    Map<String, Function<ObjectiveSection, T>> kinds = new LinkedHashMap<>();
    for (ObjectiveExtension extension : extensions) {
      axis.apply(extension).forEach((kind, reader) -> add(kinds, kind, reader, extension));
    }
    String kind = section.text("kind");
    if (!kinds.containsKey(kind)) {
      throw section.unknownKind(
          kind, Stream.concat(kinds.keySet().stream(), others.stream()).toList());
    }
    T value = kinds.get(kind).apply(section);
    section.finish();
    return value;
  }

  /** All presets by name, in alphabetical order. */
  Map<String, Objective> presets() {
    Map<String, Objective> presets = new TreeMap<>();
    for (ObjectiveExtension extension : extensions) {
      extension.presets().forEach(preset -> add(presets, preset.name(), preset, extension));
    }
    return presets;
  }

  private static <T> void add(
      Map<String, T> values, String name, T value, ObjectiveExtension extension) {
    if (values.putIfAbsent(name, value) != null) {
      throw PalimpsestException.configuration(
          "The objective extension "
              + extension.getClass().getName()
              + " defines '"
              + name
              + "', which exists already: choose another name.");
    }
  }
}
