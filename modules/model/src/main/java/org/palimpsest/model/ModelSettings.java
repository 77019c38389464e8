package org.palimpsest.model;

import com.typesafe.config.Config;
import java.util.function.ToIntFunction;
import org.palimpsest.objective.PalimpsestException;
import org.palimpsest.objective.Vocabulary;

/** Reads the section {@code model} of a configuration. */
public final class ModelSettings {
  private ModelSettings() {}

  /**
   * The preset that {@code preset} names, with what {@code width}, {@code feed-forward}, {@code
   * heads}, {@code encoder-layers}, {@code decoder-layers}, {@code positions}, {@code dropout} and
   * {@code initial-deviation} override.
   *
   * @param model the section itself, not the configuration around it
   * @throws PalimpsestException of kind CONFIGURATION that names the key
   */
  public static ModelSpec from(Config model, Vocabulary vocabulary) {
    Section section = new Section("model", model);
    ModelSpec preset = section.choice("preset", ModelPreset.class).spec(vocabulary);
    return new ModelSpec(
        preset.vocabulary(),
        size(section, "width", preset, ModelSpec::width),
        size(section, "feed-forward", preset, ModelSpec::feedForward),
        size(section, "heads", preset, ModelSpec::heads),
        size(section, "encoder-layers", preset, ModelSpec::encoderLayers),
        size(section, "decoder-layers", preset, ModelSpec::decoderLayers),
        size(section, "positions", preset, ModelSpec::positions),
        section.has("dropout") ? section.fraction("dropout") : preset.dropout(),
        preset.bos(),
        preset.pad(),
        preset.eos(),
        preset.decoderStart(),
        section.has("initial-deviation")
            ? section.positive("initial-deviation")
            : preset.initialDeviation());
  }

  private static int size(
      Section section, String key, ModelSpec preset, ToIntFunction<ModelSpec> inPreset) {
    return section.has(key) ? section.size(key) : inPreset.applyAsInt(preset);
  }
}
