package org.palimpsest.model.weights;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.palimpsest.model.ModelSpec;
import org.palimpsest.objective.PalimpsestException;

/** A class of Hugging Face's models: what its files call things, and what it can be. */
sealed interface ModelKind permits BartKind, T5Kind {
  List<ModelKind> ALL = List.of(new BartKind(), new T5Kind());

  /** The {@code model_type} of its {@code config.json}. */
  String type();

  /** The objective that the published models of this kind were trained with. */
  String objective();

  /** What of a specification no model of this kind can have; empty if it is one. */
  Optional<String> obstacle(ModelSpec spec);

  /** The content of {@code config.json}. */
  ObjectNode config(ModelSpec spec);

  /** The content of {@code generation_config.json}: what texts begin and end with. */
  ObjectNode generation(ModelSpec spec);

  /**
   * Reads a specification.
   *
   * @throws PalimpsestException of kind INPUT if the config describes something else
   */
  ModelSpec spec(ConfigJson config);

  /** What files call a tensor. */
  String stored(String canonical, ModelSpec spec);

  /** Under which names a tensor may be found too: other classes' prefixes, copies of tied ones. */
  List<String> otherNames(String canonical, ModelSpec spec);

  /** Names in files that say nothing to this model. */
  List<String> ignored();

  /** Buffers with their shapes that Hugging Face expects, and that are zero in all our models. */
  Map<String, long[]> zeros(ModelSpec spec);

  /** The kind that a specification can be written as. */
  static ModelKind of(ModelSpec spec) {
    return ALL.stream()
        .filter(kind -> kind.obstacle(spec).isEmpty())
        .findFirst()
        .orElseThrow(() -> homeless(spec));
  }

  private static PalimpsestException homeless(ModelSpec spec) {
    return PalimpsestException.configuration(
        "No model class of Hugging Face has this architecture: "
            + ALL.stream()
                .map(kind -> kind.type() + " has not " + kind.obstacle(spec).orElseThrow())
                .collect(Collectors.joining(", "))
            + "; train one of them to export it.");
  }

  /** The kind that a config names. */
  static ModelKind of(ConfigJson config) {
    String type = config.text("model_type", "");
    return ALL.stream()
        .filter(kind -> kind.type().equals(type))
        .findFirst()
        .orElseThrow(() -> config.refused("its model_type is '" + type + "', not bart or t5"));
  }
}
