package org.palimpsest.storage;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.palimpsest.base.DaemonThreads;
import org.palimpsest.base.PalimpsestException;

/**
 * The longest wait for a file system that may never answer, such as a network mount whose server is
 * gone. The call is made in a thread of its own, which is interrupted and abandoned at the
 * deadline: what it does afterwards must do no harm.
 *
 * @param limit of each call
 * @param setting the configuration key of the limit, for the message
 */
public record Deadline(Duration limit, String setting) {

  /** The deadline of calls on which a lease or the publication of a checkpoint depends. */
  public static Deadline ofCheckpoints(Duration limit) {
    return new Deadline(limit, "checkpoint.timeout");
  }

  /** This deadline, or a shorter one. */
  Deadline atMost(Duration other) {
    return other.compareTo(limit) < 0 ? new Deadline(other, setting) : this;
  }

  /**
   * Makes a call.
   *
   * @param what what the file system does, as in "did not renew the lease of x"
   * @throws PalimpsestException of kind CLUSTER if it does not end in time, or this thread is
   *     interrupted
   */
  public <T> T call(String what, Supplier<T> call) {
    // A new thread rather than a pooled one: it has the access rights of this thread.
    FutureTask<T> task = new FutureTask<>(call::get);
    Thread unused = DaemonThreads.start("palimpsest-storage", task);
    try {
      return task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      task.cancel(true);
      throw new PalimpsestException(
          PalimpsestException.Kind.CLUSTER,
          "The file system did not %s within %s s: check whether it is reachable, or raise %s."
              .formatted(what, limit.toMillis() / 1000.0, setting),
          e);
    } catch (InterruptedException e) {
      task.cancel(true);
      Thread.currentThread().interrupt();
      throw new PalimpsestException(
          PalimpsestException.Kind.CLUSTER,
          "The wait for the file system to " + what + " was interrupted.",
          e);
    } catch (ExecutionException e) {
      throw unchecked(e.getCause());
    }
  }

  /** As {@link #call}, without a result. */
  public void run(String what, Runnable call) {
    call(
        what,
        () -> {
          call.run();
          return true;
        });
  }

  private static RuntimeException unchecked(Throwable cause) {
    if (cause instanceof Error error) {
      throw error;
    }
    return (RuntimeException) cause; // A supplier throws nothing else.
  }
}
