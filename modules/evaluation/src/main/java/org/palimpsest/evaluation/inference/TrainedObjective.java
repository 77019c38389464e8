package org.palimpsest.evaluation.inference;

import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.Section;
import org.palimpsest.objective.preset.Objectives;
import org.palimpsest.training.config.Recipe;

/**
 * What a model was trained with.
 *
 * @param value a pre-training objective, as {@link Objectives#parse} reads it, or a map of it and
 *     the prefix of the sources of fine-tuning
 */
record TrainedObjective(Serializable value) {
  /** In a map: the key of the pre-training objective. */
  private static final String FINE_TUNED = "fine-tuned";

  /** In a map: the key of the prefix of every source. */
  private static final String PREFIX = "prefix";

  /** The objective of a recipe. A recipe with pairs is one of fine-tuning. */
  static TrainedObjective of(Recipe recipe) {
    TrainedObjective objective = new TrainedObjective(named(recipe));
    Section finetune = new Section("finetune", recipe.section("finetune"));
    return finetune.texts("input").isEmpty()
        ? objective
        : objective.asWriter(finetune.text(PREFIX));
  }

  /**
   * The objective as written if it still has its recorded meaning, otherwise the recorded meaning;
   * that also if what is written names a file, because models go to other machines.
   */
  private static Serializable named(Recipe recipe) {
    Object meant = recipe.objective();
    Object written = recipe.objectiveAsWritten();
    if (namesFile(written)) {
      return (Serializable) meant;
    }
    try {
      boolean same = Objectives.parse(written).equals(Objectives.parse(meant));
      return (Serializable) (same ? written : meant);
    } catch (PalimpsestException e) {
      return (Serializable) meant; // The preset no longer exists.
    }
  }

  private static boolean namesFile(Object description) {
    if (description instanceof Map<?, ?> map) {
      return map.containsKey("file") || map.values().stream().anyMatch(TrainedObjective::namesFile);
    }
    return description instanceof List<?> list
        && list.stream().anyMatch(TrainedObjective::namesFile);
  }

  boolean isFineTuned() {
    return value instanceof Map<?, ?> map && map.containsKey(FINE_TUNED);
  }

  /** The prefix of every source; empty without fine-tuning. */
  String prefix() {
    return isFineTuned() ? (String) ((Map<?, ?>) value).get(PREFIX) : "";
  }

  /** The pre-training objective. */
  Object pretraining() {
    return isFineTuned() ? ((Map<?, ?>) value).get(FINE_TUNED) : value;
  }

  /** The pre-training objective as in a recipe. */
  String pretrainingText() {
    return ConfigValueFactory.fromAnyRef(pretraining()).render(ConfigRenderOptions.concise());
  }

  /** This objective followed by fine-tuning, unless that is what it is. */
  TrainedObjective asWriter(String prefix) {
    return isFineTuned()
        ? this
        : new TrainedObjective((Serializable) Map.of(FINE_TUNED, value, PREFIX, prefix));
  }

  /** For messages. */
  String name() {
    String name = Objectives.parse(pretraining()).name();
    return isFineTuned() ? "pairs after " + name : name;
  }
}
