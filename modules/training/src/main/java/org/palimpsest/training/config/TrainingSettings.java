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
 * The section {@code training}, without the keys that depend on the data.
 *
 * @param limits when training ends
 * @param rounds what the workers aggregate, and how often
 * @param route how aggregates travel
 * @param placement the tasks that compute
 */
public record TrainingSettings(
    Limits limits, RoundSettings rounds, Route route, Placement placement) {

  /**
   * When training ends.
   *
   * @param steps global steps of the whole run
   * @param timeLimit training time after which an invocation stops at a checkpoint
   * @param attempts how often a segment is tried
   * @param maxSkippedSteps consecutive steps without a finite loss after which a run has diverged
   * @param stopTimeout longest time from a request to stop to the end
   */
  public record Limits(
      long steps,
      Optional<Duration> timeLimit,
      int attempts,
      int maxSkippedSteps,
      Duration stopTimeout) {}

  /**
   * What the workers aggregate, and how often.
   *
   * @param aggregate what is aggregated
   * @param innerSteps steps of each worker between aggregations
   * @param synchronousSteps first steps of the run that sum gradients in any case
   * @param compression of what is exchanged
   * @param outer optimizer that is applied to averaged parameters
   */
  public record RoundSettings(
      Aggregate aggregate,
      int innerSteps,
      long synchronousSteps,
      Compression compression,
      OuterOptimizer outer) {}

  /**
   * How aggregates travel.
   *
   * @param transport how workers exchange
   * @param innerState what happens to the inner optimizers' moments between rounds that are jobs
   * @param sockets the sockets that workers may open
   */
  public record Route(Transport transport, InnerState innerState, Sockets sockets) {}

  /**
   * The tasks that compute.
   *
   * @param workers number of replicas, one per task
   * @param device where replicas compute
   * @param resources of a worker's task
   * @param timeout longest wait for another worker
   * @param startTimeout longest wait for executors before the first segment
   */
  public record Placement(
      int workers,
      Device device,
      WorkerResources resources,
      Duration timeout,
      Duration startTimeout) {}

  /** What the workers exchange. */
  public enum Aggregate {
    GRADIENTS,
    PARAMETERS
  }

  /**
   * What happens to the inner optimizers' moments between rounds, if each worker is a new task in
   * every round.
   */
  public enum InnerState {
    /** Every round starts without moments. */
    RESET,
    /**
     * Every round starts from the mean of the workers' moments, which travels like the parameters.
     */
    AVERAGE,
    /** Each worker keeps its own moments in files next to the checkpoints. */
    CARRIED
  }

  public TrainingSettings {
    requireConsistent(rounds, route.transport());
  }

  private static void requireConsistent(RoundSettings rounds, Transport transport) {
    boolean gradients = rounds.aggregate() == Aggregate.GRADIENTS;
    if (gradients && rounds.innerSteps() != 1) {
      throw PalimpsestException.configuration(
          "training.inner-steps is "
              + rounds.innerSteps()
              + ", but training.aggregate = gradients aggregates in every step: set"
              + " training.inner-steps to 1, or training.aggregate to parameters.");
    }
    if (transport == Transport.SPARK && (gradients || rounds.synchronousSteps() > 0)) {
      throw PalimpsestException.configuration(
          "training.transport = spark exchanges once per job and cannot sum the gradients of every"
              + " step: set training.aggregate to parameters and training.synchronous-steps to 0,"
              + " or training.transport to collective.");
    }
    if (gradients && rounds.outer().hasState()) {
      throw PalimpsestException.configuration(
          "training.outer applies to averaged parameters only: set training.aggregate to"
              + " parameters, or training.outer.learning-rate to 1 and training.outer.momentum to"
              + " 0.");
    }
  }

  /** Reads and checks the section. */
  public static TrainingSettings from(Recipe recipe) {
    Section section = new Section("training", recipe.section("training"));
    return new TrainingSettings(
        new Limits(
            section.whole("steps", 1),
            section.optionalDuration("time-limit"),
            section.size("attempts"),
            section.size("max-skipped-steps"),
            section.duration("stop-timeout")),
        new RoundSettings(
            section.choice("aggregate", Aggregate.class),
            section.size("inner-steps"),
            section.whole("synchronous-steps", 0),
            section.choice("compression", Compression.class),
            OuterOptimizer.from(
                new Section("training.outer", section.config().getConfig("outer")))),
        new Route(
            section.choice("transport", Transport.class),
            section.choice("inner-state", InnerState.class),
            sockets(new Section("training.collective", section.config().getConfig("collective")))),
        new Placement(
            section.size("workers"),
            Device.parse(section.text("device")),
            WorkerResources.from(recipe),
            section.duration("timeout"),
            section.duration("start-timeout")));
  }

  private static Sockets sockets(Section collective) {
    return new Sockets(
        collective.optionalText("interface").orElse(""),
        collective.optionalText("ports").map(PortRange::parse).orElse(PortRange.any()),
        collective.choice("gpus", Sockets.Gpus.class));
  }

  public long steps() {
    return limits.steps();
  }

  public Optional<Duration> timeLimit() {
    return limits.timeLimit();
  }

  public Duration stopTimeout() {
    return limits.stopTimeout();
  }

  public int workers() {
    return placement.workers();
  }

  public Aggregate aggregate() {
    return rounds.aggregate();
  }

  public Transport transport() {
    return route.transport();
  }

  public Sockets sockets() {
    return route.sockets();
  }

  public WorkerResources resources() {
    return placement.resources();
  }

  public int attempts() {
    return limits.attempts();
  }

  public int maxSkippedSteps() {
    return limits.maxSkippedSteps();
  }
}
