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

/** A replica with a thread of its own, so that tasks in different threads can use it in turn. */
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

  /** Does something with the replica in its thread, and waits for it. */
  public <T> T with(Function<Trainable<B>, T> work) {
    return await(thread.submit(() -> work.apply(replica)));
  }

  private static <T> T await(Future<T> result) {
    try {
      return result.get();
    } catch (InterruptedException e) {
      result.cancel(true);
      Thread.currentThread().interrupt();
      throw PalimpsestException.cluster("The task was stopped while its replica was at work.");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  /** Ends the thread when it has done what it was doing, and the replica with it. */
  @Override
  public void close() {
    thread.execute(replica::close);
    thread.shutdown();
  }
}
