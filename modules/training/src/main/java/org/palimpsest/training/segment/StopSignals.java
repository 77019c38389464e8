package org.palimpsest.training.segment;

/** The reasons to end a segment before its last step. Every worker reads them after each round. */
public interface StopSignals {
  /** Whether the time limit is reached; worker 0's clock decides for all workers. */
  boolean timeIsUp();

  /** Whether this worker failed to write a checkpoint; one such worker ends the segment. */
  boolean isUnsaved();

  /**
   * Whether Spark has cancelled this worker's task, because the run is to stop. It is read after
   * each inner step; one such worker ends the segment.
   */
  boolean isCancelled();
}
