package org.palimpsest.training.event;

import java.util.List;
import java.util.Optional;
import org.palimpsest.training.PalimpsestPlugin;

/**
 * What wants to know how a run goes: a progress bar, a log, a file. Called on the driver; {@link
 * #progress} possibly from another thread than the rest. Nothing it throws stops a run.
 */
public interface RunListener {

  /** A segment begins, from a checkpoint or afresh. */
  default void segmentStarted(SegmentStart start) {}

  /**
   * About every second while a segment runs, if {@link PalimpsestPlugin} is installed; otherwise
   * once at its end.
   */
  default void progress(Progress progress) {}

  /** A checkpoint is finished. */
  default void checkpointPublished(String path, long step) {}

  /**
   * A checkpoint was measured on held-out data.
   *
   * @param loss nats per target token
   * @param isBest whether none before was better
   */
  default void evaluated(long step, double loss, boolean isBest) {}

  /** Something the user should know that did not stop the run, as one sentence. */
  default void warning(String sentence) {}

  /** The run, or this invocation of it, is over. */
  default void finished(RunResult result) {}

  /**
   * How a segment begins.
   *
   * @param firstStep global step it begins with
   * @param lastStep global step it ends at
   * @param totalSteps at which the run ends
   * @param workers number of replicas
   * @param checkpoint path of the checkpoint that it starts from; empty for a fresh start
   * @param attempt 1, or more after failures
   */
  record SegmentStart(
      long firstStep,
      long lastStep,
      long totalSteps,
      int workers,
      Optional<String> checkpoint,
      int attempt) {}

  /** Tells nobody. */
  static RunListener none() {
    return new RunListener() {};
  }

  /** Tells all of them, and carries on where one fails. */
  static RunListener all(List<RunListener> listeners) {
    return new RunListeners(listeners);
  }
}
