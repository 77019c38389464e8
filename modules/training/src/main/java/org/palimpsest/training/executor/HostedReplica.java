package org.palimpsest.training.executor;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.Supplier;
import org.palimpsest.base.DaemonThreads;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.Trainable;

/**
 * A replica with its own thread, so that tasks in different threads can use it one after the other.
 */
public final class HostedReplica<B> implements AutoCloseable {
  private final ExecutorService thread;
  private final Trainable<B> replica;

  private HostedReplica(ExecutorService thread, Trainable<B> replica) {
    this.thread = thread;
    this.replica = replica;
  }

  static <B> HostedReplica<B> start(Supplier<Trainable<B>> maker) {
    ExecutorService thread =
        Executors.newSingleThreadExecutor(DaemonThreads.named("palimpsest-replica"));
    try {
      return new HostedReplica<>(thread, await(thread.submit(maker::get)));
    } catch (RuntimeException e) {
      thread.shutdownNow();
      throw e;
    }
  }

  /** Applies a function to the replica in its thread, and waits for the result. */
  public <T> T with(Function<Trainable<B>, T> work) {
    return await(thread.submit(() -> work.apply(replica)));
  }

  private static <T> T await(Future<T> result) {
    try {
      return result.get();
    } catch (InterruptedException e) {
      result.cancel(true);
      Thread.currentThread().interrupt();
      throw PalimpsestException.cluster(
          "Spark stopped a task while its replica was computing: see the log of the driver for the"
              + " reason.");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  /** Closes the replica and its thread after the work in progress. */
  @Override
  public void close() {
    thread.execute(replica::close);
    thread.shutdown();
  }
}
