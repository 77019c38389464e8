package org.palimpsest.model.optimizer;

import com.typesafe.config.Config;
import org.palimpsest.base.Section;

/** Reads the section {@code schedule} of a configuration. */
public final class ScheduleSettings {
  private ScheduleSettings() {}

  private enum Kind {
    CONSTANT,
    LINEAR,
    POLYNOMIAL,
    COSINE,
    INVERSE_SQRT,
    T5_INVERSE_SQRT,
    WARM_UP_STABLE_DECAY
  }

  /**
   * The schedule that {@code kind} names.
   *
   * @param schedule the section itself, not the configuration around it
   * @param runSteps updates of the whole run: the end of a decay unless {@code total-steps} is set
   * @throws org.palimpsest.base.PalimpsestException of kind CONFIGURATION that names the key
   */
  public static LearningRateSchedule from(Config schedule, long runSteps) {
    Section section = new Section("schedule", schedule);
    long total = totalSteps(schedule, runSteps);
    LearningRateSchedule kind = kind(section, total);
    return section.has("final-ramp-steps")
        ? new LearningRateSchedule.FinalRamp(
            kind, total, section.whole("final-ramp-steps", 1), section.atLeastZero("floor"))
        : kind;
  }

  /**
   * The step at which a decay ends: {@code total-steps}, or the end of the run.
   *
   * @param schedule the section itself
   * @param runSteps updates of the whole run
   * @throws org.palimpsest.base.PalimpsestException of kind CONFIGURATION that names the key
   */
  public static long totalSteps(Config schedule, long runSteps) {
    Section section = new Section("schedule", schedule);
    return section.has("total-steps") ? section.whole("total-steps", 1) : runSteps;
  }

  private static LearningRateSchedule kind(Section section, long total) {
    double peak = section.positive("peak");
    long warmUp = section.whole("warm-up-steps", 0);
    double floor = section.atLeastZero("floor");
    return switch (section.choice("kind", Kind.class)) {
      case CONSTANT -> new LearningRateSchedule.Constant(peak, warmUp);
      case LINEAR -> new LearningRateSchedule.Polynomial(peak, warmUp, total, floor, 1);
      case POLYNOMIAL ->
          new LearningRateSchedule.Polynomial(
              peak, warmUp, total, floor, section.positive("power"));
      case COSINE -> new LearningRateSchedule.Cosine(peak, warmUp, total, floor);
      case INVERSE_SQRT -> new LearningRateSchedule.InverseSqrt(peak, warmUp);
      case T5_INVERSE_SQRT -> new LearningRateSchedule.T5InverseSqrt(peak, warmUp);
      case WARM_UP_STABLE_DECAY ->
          new LearningRateSchedule.WarmUpStableDecay(
              peak, warmUp, total, decaySteps(section, total), floor);
    };
  }

  /** A tenth of the run by default, which the authors found sufficient. */
  private static long decaySteps(Section section, long total) {
    return section.has("decay-steps") ? section.whole("decay-steps", 1) : Math.max(1, total / 10);
  }
}
