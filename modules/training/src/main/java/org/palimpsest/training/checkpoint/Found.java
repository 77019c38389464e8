package org.palimpsest.training.checkpoint;

/** What a folder among the checkpoints holds. What cannot be read is none of these. */
sealed interface Found {
  /** No manifest: its writer has not finished, and perhaps never will. */
  record Unfinished() implements Found {}

  /**
   * Damaged, and already put aside.
   *
   * @param reason a sentence
   */
  record PutAside(String reason) implements Found {}

  /**
   * Certainly damaged.
   *
   * @param reason a sentence
   */
  record Damaged(String reason) implements Found {}

  /**
   * Published by a process that had lost the lease of the run.
   *
   * @param reason a sentence
   */
  record FencedOff(Checkpoint checkpoint, String reason) implements Found {}

  /** Has an intact manifest and state; the other files are not read. */
  record Finished(Checkpoint checkpoint) implements Found {}
}
