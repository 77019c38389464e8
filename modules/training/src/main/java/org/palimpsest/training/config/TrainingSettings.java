package org.palimpsest.training.config;

import java.time.Duration;
import java.util.Optional;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.Section;
import org.palimpsest.collective.PortRange;
import org.palimpsest.collective.Sockets;
import org.palimpsest.model.Device;
import org.palimpsest.training.exchange.Compression;

/**
 * The section {@code training}, but for what only the data know.
 *
 * @param steps global steps of the whole run
 * @param timeLimit training time after which an invocation stops at a checkpoint
 * @param workers replicas
 * @param innerSteps steps between aggregations
 * @param aggregate what is aggregated
 * @param synchronousSteps steps at the run's beginning that sum gradients all the same
 * @param compression of what is exchanged
 * @param outer what becomes of averaged parameters
 * @param transport how workers exchange
 * @param innerState what becomes of the inner optimizers' moments where workers do not stay
 * @param sockets those that workers may open
 * @param device where replicas compute
 * @param resources of a worker's task
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
    long synchronousSteps,
    Compression compression,
    OuterOptimizer outer,
    Transport transport,
    InnerState innerState,
    Sockets sockets,
    Device device,
    WorkerResources resources,
    int attempts,
    int maxSkippedSteps,
    Duration timeout,
    Duration startTimeout) {

  /** What the workers exchange. */
  public enum Aggregate {
    GRADIENTS,
    PARAMETERS
  }

  /**
   * What becomes of the inner optimizer's moments from one round to the next, where a worker is a
   * new task in every round.
   */
  public enum InnerState {
    /** Every round begins with none. */
    RESET,
    /** The workers' mean goes the way of the parameters. */
    AVERAGE,
    /** Each worker's own are written beside the checkpoints, and read by its next task. */
    CARRIED
  }

  public TrainingSettings {
    if (aggregate == Aggregate.GRADIENTS && innerSteps != 1) {
      throw PalimpsestException.configuration(
          "training.inner-steps is "
              + innerSteps
              + ", but training.aggregate = gradients sums in every step: set inner-steps to 1 or"
              + " aggregate to parameters.");
    }
    if (transport == Transport.SPARK
        && (aggregate == Aggregate.GRADIENTS || synchronousSteps > 0)) {
      throw PalimpsestException.configuration(
          "training.transport = spark exchanges once a job, which is too seldom for gradients: set"
              + " training.aggregate to parameters and training.synchronous-steps to 0, or"
              + " training.transport to collective.");
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
        section.whole("synchronous-steps", 0),
        section.choice("compression", Compression.class),
        OuterOptimizer.from(new Section("training.outer", section.config().getConfig("outer"))),
        section.choice("transport", Transport.class),
        section.choice("inner-state", InnerState.class),
        sockets(new Section("training.collective", section.config().getConfig("collective"))),
        Device.parse(section.text("device")),
        WorkerResources.from(recipe),
        section.size("attempts"),
        section.size("max-skipped-steps"),
        section.duration("timeout"),
        section.duration("start-timeout"));
  }

  private static Sockets sockets(Section collective) {
    return new Sockets(
        collective.optionalText("interface").orElse(""),
        collective.optionalText("ports").map(PortRange::parse).orElse(PortRange.any()));
  }
}
