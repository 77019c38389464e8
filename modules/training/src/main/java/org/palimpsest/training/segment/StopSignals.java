package org.palimpsest.training.segment;

/** What may end a segment before its last step. Read by every worker after each round. */
public interface StopSignals {
  /** Whether the time limit is reached; worker 0's clock decides for all workers. */
  boolean timeIsUp();

  /** Whether this worker failed to write a checkpoint; one such worker ends the segment. */
  boolean isUnsaved();
}
