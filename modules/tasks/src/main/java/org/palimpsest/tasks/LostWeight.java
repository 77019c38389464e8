package org.palimpsest.tasks;

import java.io.Serializable;
import org.palimpsest.base.Section;
import org.palimpsest.model.optimizer.ScheduleSettings;
import org.palimpsest.training.config.Recipe;

/**
 * The weight of the loss of target tokens that the corruption damaged, relative to the others'. It
 * changes linearly over the run: with {@code new LostWeight(1, 5, 100)}, it is 1 in the first step,
 * 3 in the middle, and 5 from step 100 on.
 *
 * <p>It is a function of the global step, so that a run that resumes goes on with the same weights.
 *
 * @param first weight in step 0
 * @param last weight from step {@code steps} on
 * @param steps length of the change, at least 1
 */
public record LostWeight(double first, double last, long steps) implements Serializable {

  /**
   * Reads {@code training.lost-weight} and {@code training.initial-lost-weight}; the change takes
   * as long as the schedule of the learning rate.
   *
   * @throws org.palimpsest.base.PalimpsestException of kind CONFIGURATION that names the key
   */
  static LostWeight from(Recipe recipe) {
    Section training = new Section("training", recipe.section("training"));
    double last = training.positive("lost-weight");
    double first =
        training.has("initial-lost-weight") ? training.positive("initial-lost-weight") : last;
    long steps =
        ScheduleSettings.totalSteps(recipe.section("schedule"), training.whole("steps", 1));
    return new LostWeight(first, last, steps);
  }

  /** The weight in a global step, from 0 on. */
  public float at(long step) {
    double share = Math.min(1.0, (double) step / steps);
    return (float) (first + (last - first) * share);
  }
}
