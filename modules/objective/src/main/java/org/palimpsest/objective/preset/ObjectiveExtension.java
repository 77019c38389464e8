package org.palimpsest.objective.preset;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.palimpsest.objective.Objective;
import org.palimpsest.objective.errors.TextError;
import org.palimpsest.objective.noise.NoiseMask;
import org.palimpsest.objective.source.SourceFunction;
import org.palimpsest.objective.structure.StructuralStep;
import org.palimpsest.objective.target.TargetFunction;

/**
 * Kinds and presets that a recipe's {@code objective} may name. {@link Objectives} uses the
 * built-in ones and those of every jar that {@link java.util.ServiceLoader} finds: list the
 * implementation in {@code META-INF/services/org.palimpsest.objective.preset.ObjectiveExtension}.
 *
 * <p>Each map goes from a {@code kind} to the function that reads the rest of its section:
 *
 * <pre>{@code
 * public Map<String, Function<ObjectiveSection, NoiseMask>> noises() {
 *   return Map.of("every-other", section -> new EveryOther(section.integer("period", 2)));
 * }
 * // objective { noise { kind = every-other, period = 3 }, source = mask-token }
 * }</pre>
 *
 * <p>The values that are read travel to executors: they are serializable, and {@code describe()}
 * returns what the function reads back.
 */
public interface ObjectiveExtension {
  /** Structural steps by {@code kind}. */
  default Map<String, Function<ObjectiveSection, StructuralStep>> steps() {
    return Map.of();
  }

  /** Errors of the step {@code text-noise} by {@code kind}. */
  default Map<String, Function<ObjectiveSection, TextError>> textErrors() {
    return Map.of();
  }

  /** Noise masks by {@code kind}. */
  default Map<String, Function<ObjectiveSection, NoiseMask>> noises() {
    return Map.of();
  }

  /** Source functions by {@code kind}. */
  default Map<String, Function<ObjectiveSection, SourceFunction>> sources() {
    return Map.of();
  }

  /** Target functions by {@code kind}. */
  default Map<String, Function<ObjectiveSection, TargetFunction>> targets() {
    return Map.of();
  }

  /** Named objectives. */
  default List<Objective> presets() {
    return List.of();
  }
}
