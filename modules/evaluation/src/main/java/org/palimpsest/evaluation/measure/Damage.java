package org.palimpsest.evaluation.measure;

import com.typesafe.config.Config;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.objective.preset.Objectives;

/**
 * A kind of damage and its strength.
 *
 * @param name of the kind
 * @param strength as the definition gives it; 0 if the kind has none
 * @param objective that damages, as in a recipe
 */
record Damage(String name, double strength, Object objective) {
  /** Stands for the strength in the objective of a definition. */
  static final String STRENGTH = "strength";

  /**
   * Reads a kind of damage with all its strengths: in its objective, the text {@code strength}
   * stands for each of {@code strengths}.
   *
   * @throws PalimpsestException of kind CONFIGURATION if the objective is none
   */
  static List<Damage> from(MeasureSettings settings) {
    settings.requireOnly(List.of("name", "strengths", "objective"));
    String name = settings.value("name").toString();
    Config config = settings.config();
    Object objective = settings.objective();
    List<Double> strengths =
        config.hasPath("strengths") ? settings.numbers("strengths") : List.of(0.0);
    List<Damage> damages = new ArrayList<>();
    for (double strength : strengths) {
      Object replaced = replaced(objective, strength);
      Objectives.parse(replaced); // Refuses it before any training.
      damages.add(new Damage(name, strength, replaced));
    }
    return damages;
  }

  private static Object replaced(Object value, double strength) {
    if (value instanceof Map<?, ?> map) {
      Map<String, Object> copy = new LinkedHashMap<>();
      map.forEach((key, inner) -> copy.put(key.toString(), replaced(inner, strength)));
      return copy;
    }
    if (value instanceof List<?> list) {
      return list.stream().map(inner -> replaced(inner, strength)).toList();
    }
    return STRENGTH.equals(value) ? strength : value;
  }
}
