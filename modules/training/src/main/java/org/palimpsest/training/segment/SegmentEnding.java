package org.palimpsest.training.segment;

/** Why a segment ended; the same on all workers. */
public enum SegmentEnding {
  /** It reached its last step. */
  COMPLETE,
  /** The time limit was reached. */
  TIME_LIMIT,
  /** The run was asked to stop, perhaps within a round. */
  STOPPED,
  /** Too many steps in a row had no finite loss. */
  DIVERGED,
  /** A checkpoint could not be written. */
  UNSAVED;

  /** Whether training may go on from where the segment ended. */
  public boolean isGood() {
    return this == COMPLETE || this == TIME_LIMIT || this == STOPPED;
  }
}
