package org.palimpsest.training.saving;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.palimpsest.base.DaemonThreads;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.event.Progress;
import org.palimpsest.training.event.RunListener;
import org.palimpsest.training.segment.SegmentOrder;
import org.palimpsest.training.segment.SegmentResult;
import org.palimpsest.training.segment.StopRequest;

/**
 * Publishes a segment's checkpoints while its workers continue to train. A thread lists the folder
 * of the next checkpoint a few times a second, until it has the commits of all workers. This needs
 * no message from the executors to the driver, which some clusters do not allow.
 */
public final class CheckpointWatcher {
  private static final long POLL_MS = 300;

  /** How often the watchdog looks at the folder while a checkpoint may take its longest time. */
  private static final int LOOKS = 10;

  private final CheckpointPublisher publisher;
  private final SegmentOrder order;
  private final PublicationWatchdog watchdog;
  private final CountDownLatch closed = new CountDownLatch(1);
  private Thread thread;
  private long next;
  private long published = -1;
  private volatile PalimpsestException failure;

  public CheckpointWatcher(CheckpointPublisher publisher, SegmentOrder order) {
    this.publisher = publisher;
    this.order = order;
    next = order.rounds().nextCheckpoint(order.state().roundStart());
    watchdog =
        new PublicationWatchdog(
            order.rounds(), order.state().roundStart(), publisher.longestPublication());
  }

  public RunListener listener() {
    return publisher.listener();
  }

  /**
   * The run's listener, which also takes note of progress: if the workers go on and on without a
   * new checkpoint, the segment ends.
   *
   * @param cancel ends the segment
   */
  public RunListener progressListener(Runnable cancel) {
    RunListener watching =
        new RunListener() {
          @Override
          public void progress(Progress progress) {
            endIfOverdue(progress.step(), cancel);
          }
        };
    return RunListener.all(List.of(watching, publisher.listener()));
  }

  private void endIfOverdue(long step, Runnable cancel) {
    if (failure == null && step <= order.lastStep() && watchdog.isOverdue(step)) {
      failure = overdue(step);
      cancel.run();
    }
  }

  private PalimpsestException overdue(long step) {
    return PalimpsestException.cluster(
        "No checkpoint has been published since step "
            + watchdog.published()
            + ", although the workers have saved later ones and are at step "
            + step
            + ": check that the driver and all executors share the folder "
            + order.checkpoints()
            + ", and that the driver may read what the executors write there.");
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
      long looked = System.nanoTime();
      while (!closed.await(POLL_MS, TimeUnit.MILLISECONDS)) {
        if (next < order.lastStep()) {
          publishNext();
        }
        if (System.nanoTime() - looked >= publisher.longestPublication().toNanos() / LOOKS) {
          // Without the plugin there is no progress to listen to.
          endIfOverdue(publisher.newestBegun(order), cancel);
          looked = System.nanoTime();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Throwable e) { // An Error must end the segment too: no other thread publishes.
      failure = asFailure(e);
      cancel.run();
    }
  }

  private static PalimpsestException asFailure(Throwable e) {
    return e instanceof PalimpsestException known
        ? known
        : new PalimpsestException(
            PalimpsestException.Kind.OTHER, "A checkpoint could not be published: " + e + ".", e);
  }

  private boolean publishNext() {
    Optional<List<WorkerCommit>> commits = publisher.complete(order, next);
    commits.ifPresent(this::publish);
    if (commits.isPresent()) {
      published = next;
      watchdog.published(published);
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
    if (failure != null) {
      closed.countDown(); // The thread may wait for the file system for ever.
      throw failure;
    }
    endThread(order.timeout());
    if (failure != null) {
      throw failure;
    }
    while (next < order.lastStep() && publishNext()) {
      // Try the one after it.
    }
  }

  private void endThread(Duration patience) {
    closed.countDown();
    try {
      if (thread == null) {
        return;
      }
      thread.join(Math.max(1, patience.toMillis()));
      if (thread.isAlive()) {
        throw PalimpsestException.cluster(
            "The publication of a checkpoint did not end within "
                + patience.toSeconds()
                + " s: check the file system of checkpoint.path, and start the run again.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw PalimpsestException.cluster(
          "The run was interrupted while it published a checkpoint: start it again.");
    }
  }

  /**
   * Waits until the workers of a segment that is stopped have saved their state, and publishes it.
   *
   * @param stop limits the wait
   * @param isRunning whether tasks of the segment still run
   * @return the ending, with the state of the checkpoint, or with the state at the start of the
   *     segment if the workers could not save theirs
   */
  public SegmentResult publishStopped(StopRequest stop, BooleanSupplier isRunning) {
    endThread(stop.timeLeft());
    long after = Math.max(published, order.state().step());
    next = Long.MAX_VALUE;
    boolean lastLook = false;
    while (!lastLook) {
      lastLook = stop.timeLeft().isZero() || !isRunning.getAsBoolean();
      Optional<List<WorkerCommit>> commits = publisher.newestComplete(order, after);
      if (commits.isPresent()) {
        publish(commits.get());
        return SegmentResult.stopped(commits.get().get(0).state());
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(POLL_MS));
    }
    listener().warning(unsavedAtStop(stop));
    return SegmentResult.stopped(order.state());
  }

  private String unsavedAtStop(StopRequest stop) {
    return "The workers did not save their state within "
        + stop.timeout().toSeconds()
        + " s (training.stop-timeout): the next run continues from "
        + publisher.newest().map(Checkpoint::path).orElse("its beginning")
        + ".";
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
