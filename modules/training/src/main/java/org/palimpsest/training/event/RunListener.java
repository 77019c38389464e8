package org.palimpsest.training.event;

import java.util.List;
import java.util.Optional;
import org.palimpsest.training.PalimpsestPlugin;

/**
 * Receives the events of a run, for example for a progress bar, a log or a file. All methods are
 * called on the driver; {@link #progress} may be called from another thread than the others. An
 * exception of a listener is logged and does not stop the run.
 */
public interface RunListener {

  /** A segment starts, from a checkpoint or with new parameters. */
  default void segmentStarted(SegmentStart start) {}

  /**
   * Training made progress: about once a second if {@link PalimpsestPlugin} is installed or the
   * tasks are in the driver's process, otherwise once at the end of a segment.
   */
  default void progress(Progress progress) {}

  /** A checkpoint is complete. */
  default void checkpointPublished(String path, long step) {}

  /**
   * A checkpoint was evaluated on held-out data.
   *
   * @param loss nats per target token
   * @param isBest whether it is the lowest loss of the run so far
   */
  default void evaluated(long step, double loss, boolean isBest) {}

  /** Something is wrong but does not stop the run. */
  default void warning(String sentence) {}

  /** Something worth telling happens, such as that new data is read from now on. */
  default void note(String sentence) {}

  /** This invocation of the run has ended without an error. */
  default void finished(RunResult result) {}

  /**
   * The start of a segment.
   *
   * @param firstStep global step at which it starts
   * @param lastStep global step at which it ends
   * @param totalSteps global step at which the run ends
   * @param workers number of replicas
   * @param checkpoint path of the checkpoint that it starts from; empty for a fresh start
   * @param attempt 1 for the first attempt, more after failures
   */
  record SegmentStart(
      long firstStep,
      long lastStep,
      long totalSteps,
      int workers,
      Optional<String> checkpoint,
      int attempt) {}

  /** A listener that does nothing. */
  static RunListener none() {
    return new RunListener() {};
  }

  /** A listener that calls all of these in order, even if one of them fails. */
  static RunListener all(List<RunListener> listeners) {
    return new RunListeners(listeners);
  }
}
