package org.palimpsest.training.config;

import java.util.Optional;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.Section;

/**
 * When a run looks at held-out data on its way.
 *
 * @param every steps between evaluations; {@link Long#MAX_VALUE} for none
 * @param patience after how many evaluations without a new best the run ends early
 */
public record EvaluationPlan(long every, Optional<Integer> patience) {

  /** Reads {@code evaluation.every} and {@code evaluation.patience}. */
  public static EvaluationPlan from(Section section) {
    if (section.has("patience") && !section.has("every")) {
      throw PalimpsestException.configuration(
          "evaluation.patience counts evaluations on the way, but there are none: set"
              + " evaluation.every.");
    }
    return new EvaluationPlan(
        section.has("every") ? section.whole("every", 1) : Long.MAX_VALUE,
        section.has("patience") ? Optional.of(section.size("patience")) : Optional.empty());
  }

  public boolean isWanted() {
    return every != Long.MAX_VALUE;
  }
}
