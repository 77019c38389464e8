package org.palimpsest.training.segment;

import java.io.Serializable;
import java.time.Duration;
import java.util.Optional;
import org.apache.spark.util.SerializableConfiguration;
import org.palimpsest.collective.Sockets;
import org.palimpsest.model.Device;
import org.palimpsest.training.checkpoint.TrainingState;
import org.palimpsest.training.config.OuterOptimizer;
import org.palimpsest.training.config.TrainingSettings;
import org.palimpsest.training.exchange.Compression;

/**
 * The description of a segment that the driver sends to every worker.
 *
 * @param name identifies the run and this attempt
 * @param files where checkpoints are
 * @param state state of the run; all zeros for a fresh start
 * @param end where the segment and the run end
 * @param clock the time limit
 * @param workers number of workers
 * @param settings the rest of the section {@code training}
 * @param config settings of every step
 */
public record SegmentOrder(
    Name name,
    Files files,
    TrainingState state,
    End end,
    Clock clock,
    int workers,
    Settings settings,
    StepConfig config)
    implements Serializable {

  /**
   * Identifies an attempt.
   *
   * @param runId identifies the run in a session with several runs
   * @param attempt unique; part of the names of what this attempt writes
   */
  public record Name(String runId, String attempt) implements Serializable {}

  /**
   * Where checkpoints are.
   *
   * @param checkpoints folder of the run's checkpoints
   * @param start the checkpoint that the segment starts from
   * @param hadoop configuration of the file system
   */
  public record Files(String checkpoints, Start start, SerializableConfiguration hadoop)
      implements Serializable {}

  /** The start of a segment. */
  public sealed interface Start extends Serializable {
    /** New parameters. */
    record Fresh() implements Start {}

    /** The checkpoint in the folder of that name. */
    record From(String folder) implements Start {}
  }

  /**
   * Global steps.
   *
   * @param lastStep at which the segment ends
   * @param totalSteps at which the run ends
   */
  public record End(long lastStep, long totalSteps) implements Serializable {}

  /** The parts of {@link TrainingSettings} that the workers need. */
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
   * The time limit of a segment.
   *
   * @param secondsLeft may be infinite
   * @param origin when the time starts to count
   */
  public record Clock(double secondsLeft, Origin origin) implements Serializable {
    /**
     * The first step of an invocation does not count, because it unpacks native libraries and warms
     * caches.
     */
    public enum Origin {
      SEGMENT,
      END_OF_FIRST_ROUND
    }
  }

  public String runId() {
    return name.runId();
  }

  public String attempt() {
    return name.attempt();
  }

  /** Folder of the run's checkpoints. */
  public String checkpoints() {
    return files.checkpoints();
  }

  public SerializableConfiguration hadoop() {
    return files.hadoop();
  }

  public long lastStep() {
    return end.lastStep();
  }

  public long totalSteps() {
    return end.totalSteps();
  }

  /** Name of the checkpoint to start from; empty for a fresh start. */
  public Optional<String> checkpoint() {
    return files.start() instanceof Start.From from ? Optional.of(from.folder()) : Optional.empty();
  }

  public boolean isFresh() {
    return checkpoint().isEmpty();
  }

  /** The longest wait for another worker. */
  public Duration timeout() {
    return Duration.ofMillis(settings.timeoutMs());
  }

  public Rounds rounds() {
    return settings.rounds();
  }

  /** Number of steps in the round that begins with a step. */
  public int stepsFrom(long step) {
    return (int) (Math.min(rounds().endOfRound(step), lastStep()) - step);
  }
}
