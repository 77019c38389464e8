package org.palimpsest.training.config;

import java.util.Optional;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.Section;

/**
 * When a run measures its loss on held-out data.
 *
 * @param every steps between evaluations; {@link Long#MAX_VALUE} if there are none
 * @param patience number of consecutive evaluations without a new best after which the run ends
 *     early
 */
public record EvaluationPlan(long every, Optional<Integer> patience) {

  /** Reads {@code evaluation.every} and {@code evaluation.patience}. */
  public static EvaluationPlan from(Section section) {
    if (section.has("patience") && !section.has("every")) {
      throw PalimpsestException.configuration(
          "evaluation.patience needs evaluations during the run: set evaluation.every, or unset"
              + " evaluation.patience.");
    }
    return new EvaluationPlan(
        section.has("every") ? section.whole("every", 1) : Long.MAX_VALUE,
        section.has("patience") ? Optional.of(section.size("patience")) : Optional.empty());
  }

  public boolean isEnabled() {
    return every != Long.MAX_VALUE;
  }
}
