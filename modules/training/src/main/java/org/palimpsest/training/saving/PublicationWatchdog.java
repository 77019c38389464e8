package org.palimpsest.training.saving;

import java.time.Duration;
import org.palimpsest.training.segment.Rounds;

/**
 * Notices that training goes on although no checkpoint is published any more, whatever the reason.
 *
 * <p>When the workers have passed the second checkpoint after the last one that was published, they
 * have written the first: a worker waits for one before it begins the next. From then on the driver
 * has three times {@code checkpoint.timeout} to publish it, to delete old ones, and to write
 * metrics.
 */
final class PublicationWatchdog {
  private final Rounds rounds;
  private final Duration patience;
  private long published;
  private long second;
  private long passedNanos;
  private boolean passed;

  /**
   * Begins to watch.
   *
   * @param step of the checkpoint from which the segment starts
   * @param patience how long the driver may take to publish a checkpoint
   */
  PublicationWatchdog(Rounds rounds, long step, Duration patience) {
    this.rounds = rounds;
    this.patience = patience;
    published(step);
  }

  /** The checkpoint of a step is published. */
  synchronized void published(long step) {
    published = step;
    second = rounds.nextCheckpoint(rounds.nextCheckpoint(step));
    passed = false;
  }

  /** The step of the last checkpoint that was published, or that the segment started from. */
  synchronized long published() {
    return published;
  }

  /**
   * Whether the next checkpoint should have been published long ago, as the workers are at a step.
   */
  synchronized boolean isOverdue(long step) {
    long now = System.nanoTime();
    if (step > second && !passed) {
      passed = true;
      passedNanos = now;
    }
    return passed && now - passedNanos >= patience.toNanos();
  }
}
