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
 * Publishes a segment's checkpoints while its workers train on. A thread looks, a few times a
 * second, whether all of them have left what the next checkpoint needs: one listing of a folder,
 * and no message between executors and driver that a cluster might not let through.
 */
public final class CheckpointWatcher {
  private static final long LOOK_EVERY_MS = 300;

  private final CheckpointPublisher publication;
  private final SegmentOrder order;
  private final CountDownLatch closed = new CountDownLatch(1);
  private Thread thread;
  private long next;
  private long published = -1;
  private volatile PalimpsestException failure;

  public CheckpointWatcher(CheckpointPublisher publication, SegmentOrder order) {
    this.publication = publication;
    this.order = order;
    next = order.rounds().nextCheckpoint(order.state().step());
  }

  public RunListener listener() {
    return publication.listener();
  }

  /**
   * Begins to look.
   *
   * @param giveUp ends the segment when a checkpoint cannot be published
   */
  public void watch(Runnable giveUp) {
    thread = DaemonThreads.start("palimpsest-publisher", () -> look(giveUp));
  }

  private void look(Runnable giveUp) {
    try {
      while (!closed.await(LOOK_EVERY_MS, TimeUnit.MILLISECONDS)) {
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
                  PalimpsestException.Kind.OTHER, "A checkpoint was not published: " + e + ".", e);
      giveUp.run();
    }
  }

  private boolean publishNext() {
    Optional<List<WorkerCommit>> deposits = publication.complete(order, next);
    deposits.ifPresent(this::publish);
    if (deposits.isPresent()) {
      published = next;
      next = order.rounds().nextCheckpoint(next);
    }
    return deposits.isPresent();
  }

  /**
   * Stops looking. What a segment that has failed had finished before is still published.
   *
   * @throws PalimpsestException why a checkpoint could not be published
   */
  public void unwatch() {
    closed.countDown();
    try {
      if (thread != null) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw PalimpsestException.cluster("The run was stopped while it published a checkpoint.");
    }
    if (failure != null) {
      throw failure;
    }
    while (next < order.lastStep() && publishNext()) {
      // And the one after it.
    }
  }

  /** Publishes what a segment that has ended well has left, its last step included. */
  public void publishUpTo(long step) {
    unwatch();
    if (published == step) {
      return;
    }
    List<WorkerCommit> last =
        publication
            .complete(order, step)
            .orElseThrow(
                () ->
                    PalimpsestException.cluster(
                        "What the workers wrote for the checkpoint of step "
                            + step
                            + " is not there: checkpoint.path must be a folder that driver and"
                            + " executors share."));
    publish(last);
  }

  /** Whether it is a checkpoint that has ended the segment. */
  public boolean hasFailed() {
    return failure != null;
  }

  /** Publishes what the driver itself has written. */
  public void publish(List<WorkerCommit> deposits) {
    try {
      publication.publish(order, deposits);
    } catch (PalimpsestException e) {
      failure = e;
      throw e;
    }
  }
}
