package org.palimpsest.training.round;

import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.palimpsest.base.DaemonThreads;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.training.workload.StepInput;

/**
 * Reads ahead: a background thread prepares the next steps while the device computes. At most
 * {@value #AHEAD} steps are in memory.
 */
public final class Prefetch<B> implements Round.Feed<B>, AutoCloseable {
  private static final int AHEAD = 2;
  private static final long CLOSING_MS = 10_000;

  private final BlockingQueue<Delivery<B>> queue = new ArrayBlockingQueue<>(AHEAD);
  private final Thread thread;
  private final int rank;
  private final Duration patience;
  private long waitedNanos;

  /**
   * Starts the thread.
   *
   * @param rank of the worker
   * @param patience longest wait for one step's input
   */
  public Prefetch(Iterator<StepInput<B>> steps, int rank, Duration patience) {
    this.rank = rank;
    this.patience = patience;
    thread = DaemonThreads.start("palimpsest-prefetch-" + rank, () -> deliver(steps));
  }

  /** An element of the queue: a step's input, or why there is none. */
  private sealed interface Delivery<B> {
    record Input<B>(StepInput<B> step) implements Delivery<B> {}

    record Failure<B>(Throwable cause) implements Delivery<B> {}

    record End<B>() implements Delivery<B> {}
  }

  @SuppressWarnings(
      "InterruptedExceptionSwallowed") // The interrupt is how close() ends the thread.
  private void deliver(Iterator<StepInput<B>> steps) {
    try {
      try {
        while (steps.hasNext()) {
          queue.put(new Delivery.Input<>(steps.next()));
        }
        queue.put(new Delivery.End<>());
      } catch (InterruptedException e) {
        throw e;
      } catch (Throwable e) { // Scala code throws checked exceptions that it does not declare.
        queue.put(new Delivery.Failure<>(e));
      }
    } catch (InterruptedException e) {
      // Closed: no more input is needed.
    }
  }

  @Override
  public StepInput<B> next() {
    Delivery<B> delivery = take();
    if (delivery instanceof Delivery.Input<B> input) {
      return input.step();
    }
    if (delivery instanceof Delivery.Failure<B> failure) {
      throw failure.cause() instanceof PalimpsestException known
          ? known
          : new PalimpsestException(
              PalimpsestException.Kind.OTHER,
              "The data cannot be read: " + failure.cause() + ".",
              failure.cause());
    }
    throw PalimpsestException.input(
        "The data ended before the last step: provide more data, or lower training.steps.");
  }

  private Delivery<B> take() {
    Delivery<B> ready = queue.poll();
    if (ready != null) {
      return ready;
    }
    long start = System.nanoTime();
    try {
      Delivery<B> delivery = queue.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
      if (delivery == null) {
        throw late();
      }
      return delivery;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("The task was interrupted while it waited for data.", e);
    } finally {
      waitedNanos += System.nanoTime() - start;
    }
  }

  private PalimpsestException late() {
    return PalimpsestException.input(
        "Worker "
            + rank
            + " waited more than "
            + patience.toSeconds()
            + " s for the data of a step: check the storage of the data, or raise"
            + " training.timeout.");
  }

  @Override
  public long waitedNanos() {
    return waitedNanos;
  }

  /** Stops the thread, which uses the task's readers, before the task ends. */
  @Override
  public void close() {
    thread.interrupt();
    boolean interrupted = false;
    try {
      thread.join(CLOSING_MS);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
