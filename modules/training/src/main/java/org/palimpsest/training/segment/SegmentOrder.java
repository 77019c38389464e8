package org.palimpsest.training.segment;

import java.io.Serializable;
import java.time.Duration;
import org.apache.spark.util.SerializableConfiguration;
import org.palimpsest.collective.Sockets;
import org.palimpsest.model.Device;
import org.palimpsest.model.optimizer.LearningRateSchedule;
import org.palimpsest.model.optimizer.OptimizerSettings;
import org.palimpsest.training.checkpoint.TrainingState;
import org.palimpsest.training.config.OuterOptimizer;
import org.palimpsest.training.config.TrainingSettings;
import org.palimpsest.training.exchange.Compression;

/**
 * What the driver tells every worker about a segment.
 *
 * @param runId tells runs in one session apart
 * @param attempt unique; names what this attempt writes
 * @param checkpoints folder of the run's checkpoints
 * @param from name of the checkpoint to start from, or empty for a fresh start
 * @param state where the run stands; for a fresh start all zeros
 * @param lastStep global step at which the segment ends
 * @param totalSteps at which the run ends
 * @param clock the time limit
 * @param workers number of workers
 * @param settings the rest of the section {@code training}
 * @param schedule the learning rate
 * @param optimizer the inner optimizer
 * @param hadoop how to reach the checkpoints
 */
public record SegmentOrder(
    String runId,
    String attempt,
    String checkpoints,
    String from,
    TrainingState state,
    long lastStep,
    long totalSteps,
    Clock clock,
    int workers,
    Settings settings,
    LearningRateSchedule schedule,
    OptimizerSettings optimizer,
    SerializableConfiguration hadoop)
    implements Serializable {

  /** What of {@link TrainingSettings} the workers need. */
  public record Settings(
      Rounds rounds,
      OuterOptimizer outer,
      Compression compression,
      TrainingSettings.InnerState innerState,
      Sockets sockets,
      Device device,
      int maxSkippedSteps,
      long timeoutMs)
      implements Serializable {}

  /**
   * The time limit as a segment sees it.
   *
   * @param secondsLeft may be infinite
   * @param start from where they count
   */
  public record Clock(double secondsLeft, Start start) implements Serializable {
    /** The first step of an invocation is free: it unpacks natives and warms caches. */
    public enum Start {
      SEGMENT,
      END_OF_FIRST_ROUND
    }
  }

  public boolean isFresh() {
    return from.isEmpty();
  }

  /** Nobody waits longer for another worker. */
  public Duration timeout() {
    return Duration.ofMillis(settings.timeoutMs());
  }

  public Rounds rounds() {
    return settings.rounds();
  }

  /** How many steps the round makes that begins with a step. */
  public int stepsFrom(long step) {
    return (int) (Math.min(rounds().endOfRound(step), lastStep) - step);
  }

  public StepConfig stepConfig() {
    return new StepConfig(schedule, optimizer, state.seed());
  }
}
