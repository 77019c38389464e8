package org.palimpsest.storage;

import java.io.IOException;
import java.security.PrivilegedAction;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.hadoop.security.UserGroupInformation;
import org.palimpsest.base.DaemonThreads;
import org.palimpsest.base.PalimpsestException;

/**
 * The longest wait for a file system that may never answer, such as a network mount whose server is
 * gone. The call is made in another thread, which is interrupted and abandoned at the deadline:
 * what it does afterwards must do no harm.
 *
 * @param limit of each call
 * @param setting the configuration key of the limit, for the message
 */
public record Deadline(Duration limit, String setting) {
  /**
   * Threads that are used again: Hadoop keeps an entry for each thread that ever used a file
   * system, and a run of weeks makes millions of calls.
   */
  private static final ExecutorService THREADS =
      Executors.newCachedThreadPool(DaemonThreads.named("palimpsest-storage"));

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
    Future<T> task = THREADS.submit(asThisThread(call));
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

  /** The call with the user and the class loader of this thread, which a thread of a pool lacks. */
  private static <T> Callable<T> asThisThread(Supplier<T> call) {
    UserGroupInformation user = currentUser();
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    return () -> {
      Thread.currentThread().setContextClassLoader(loader);
      return user.doAs((PrivilegedAction<T>) call::get);
    };
  }

  private static UserGroupInformation currentUser() {
    try {
      return UserGroupInformation.getCurrentUser();
    } catch (IOException e) {
      throw new PalimpsestException(
          PalimpsestException.Kind.CLUSTER,
          "Hadoop does not know the user of this process: " + e.getMessage(),
          e);
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
