package org.palimpsest.training.saving;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.palimpsest.base.DaemonThreads;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.training.event.RunListener;
import org.palimpsest.training.segment.SegmentOrder;

/**
 * Publishes a segment's checkpoints while its workers continue to train. A thread lists the folder
 * of the next checkpoint a few times a second, until it has the commits of all workers. This needs
 * no message from the executors to the driver, which some clusters do not allow.
 */
public final class CheckpointWatcher {
  private static final long POLL_MS = 300;

  private final CheckpointPublisher publisher;
  private final SegmentOrder order;
  private final CountDownLatch closed = new CountDownLatch(1);
  private Thread thread;
  private long next;
  private long published = -1;
  private volatile PalimpsestException failure;

  public CheckpointWatcher(CheckpointPublisher publisher, SegmentOrder order) {
    this.publisher = publisher;
    this.order = order;
    next = order.rounds().nextCheckpoint(order.state().step());
  }

  public RunListener listener() {
    return publisher.listener();
  }

  /**
   * Starts the thread.
   *
   * @param cancel ends the segment when a checkpoint cannot be published
   */
  public void watch(Runnable cancel) {
    thread = DaemonThreads.start("palimpsest-checkpoint-watcher", () -> watchCommits(cancel));
  }

  private void watchCommits(Runnable cancel) {
    try {
      while (!closed.await(POLL_MS, TimeUnit.MILLISECONDS)) {
        if (next < order.lastStep()) {
          publishNext();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      failure =
          e instanceof PalimpsestException known
              ? known
              : new PalimpsestException(
                  PalimpsestException.Kind.OTHER,
                  "A checkpoint could not be published: " + e + ".",
                  e);
      cancel.run();
    }
  }

  private boolean publishNext() {
    Optional<List<WorkerCommit>> commits = publisher.complete(order, next);
    commits.ifPresent(this::publish);
    if (commits.isPresent()) {
      published = next;
      next = order.rounds().nextCheckpoint(next);
    }
    return commits.isPresent();
  }

  /**
   * Stops the thread, and publishes the checkpoints that are complete by then, even if the segment
   * failed.
   *
   * @throws PalimpsestException if a checkpoint could not be published
   */
  public void unwatch() {
    closed.countDown();
    try {
      if (thread != null) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw PalimpsestException.cluster(
          "The run was interrupted while it published a checkpoint: start it again.");
    }
    if (failure != null) {
      throw failure;
    }
    while (next < order.lastStep() && publishNext()) {
      // Try the one after it.
    }
  }

  /** Publishes all checkpoints of a segment that ended well, the one of its last step included. */
  public void publishUpTo(long step) {
    unwatch();
    if (published == step) {
      return;
    }
    List<WorkerCommit> last =
        publisher
            .complete(order, step)
            .orElseThrow(
                () ->
                    PalimpsestException.cluster(
                        "The driver does not see the workers' files for the checkpoint of step "
                            + step
                            + ": set checkpoint.path to a folder that the driver and all executors"
                            + " share."));
    publish(last);
  }

  /** Whether the segment ended because a checkpoint could not be published. */
  public boolean hasFailed() {
    return failure != null;
  }

  /** Publishes a checkpoint that the driver itself wrote. */
  public void publish(List<WorkerCommit> commits) {
    try {
      publisher.publish(order, commits);
    } catch (PalimpsestException e) {
      failure = e;
      throw e;
    }
  }
}
