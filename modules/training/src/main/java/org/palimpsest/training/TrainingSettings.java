package org.palimpsest.training;

import java.time.Duration;
import java.util.Optional;
import org.palimpsest.model.Device;
import org.palimpsest.model.Section;
import org.palimpsest.objective.PalimpsestException;

/**
 * The section {@code training}, but for what only the data know.
 *
 * @param steps global steps of the whole run
 * @param timeLimit training time after which an invocation stops at a checkpoint
 * @param workers replicas
 * @param innerSteps steps between aggregations
 * @param aggregate what is aggregated
 * @param outer what becomes of averaged parameters
 * @param device where replicas compute
 * @param attempts how often a segment is tried
 * @param maxSkippedSteps steps in a row without a finite loss
 * @param timeout longest wait for another worker
 * @param startTimeout longest wait for executors
 */
public record TrainingSettings(
    long steps,
    Optional<Duration> timeLimit,
    int workers,
    int innerSteps,
    Aggregate aggregate,
    OuterOptimizer outer,
    Device device,
    int attempts,
    int maxSkippedSteps,
    Duration timeout,
    Duration startTimeout) {

  /** What the workers exchange. */
  public enum Aggregate {
    GRADIENTS,
    PARAMETERS
  }

  public TrainingSettings {
    if (aggregate == Aggregate.GRADIENTS && innerSteps != 1) {
      throw PalimpsestException.configuration(
          "training.inner-steps is "
              + innerSteps
              + ", but training.aggregate = gradients sums in every step: set inner-steps to 1 or"
              + " aggregate to parameters.");
    }
    if (aggregate == Aggregate.GRADIENTS && outer.hasState()) {
      throw PalimpsestException.configuration(
          "training.outer works on averaged parameters: set training.aggregate to parameters, or"
              + " outer.learning-rate to 1 and outer.momentum to 0.");
    }
  }

  /** Reads and checks the section. */
  public static TrainingSettings from(Recipe recipe) {
    Section section = new Section("training", recipe.section("training"));
    return new TrainingSettings(
        section.whole("steps", 1),
        section.optionalDuration("time-limit"),
        section.size("workers"),
        section.size("inner-steps"),
        section.choice("aggregate", Aggregate.class),
        OuterOptimizer.from(new Section("training.outer", section.config().getConfig("outer"))),
        Device.parse(section.text("device")),
        section.size("attempts"),
        section.size("max-skipped-steps"),
        section.duration("timeout"),
        section.duration("start-timeout"));
  }
}
