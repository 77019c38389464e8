package org.palimpsest.training.exchange;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.palimpsest.collective.NativeVector;
import org.palimpsest.model.Collective;
import org.palimpsest.model.FlatVector;
import org.palimpsest.model.VectorPart;

/** A collective whose ranks are threads with shared memory. */
final class Threads {
  private final int size;
  private final CyclicBarrier barrier;
  private final Object[] published;

  private Threads(int size) {
    this.size = size;
    barrier = new CyclicBarrier(size);
    published = new Object[size];
  }

  /** Runs the work on every rank, and returns the results by rank. */
  static <T> List<T> together(int size, Function<Collective, T> work) throws Exception {
    Threads threads = new Threads(size);
    ExecutorService pool = Executors.newFixedThreadPool(size);
    try {
      List<Future<T>> futures = new ArrayList<>();
      for (int rank = 0; rank < size; rank++) {
        Collective member = threads.new Member(rank);
        futures.add(pool.submit(() -> work.apply(member)));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> future : futures) {
        results.add(future.get());
      }
      return results;
    } finally {
      pool.shutdownNow();
    }
  }

  private final class Member implements Collective {
    private final int rank;
    private long bytesSent;

    Member(int rank) {
      this.rank = rank;
    }

    /**
     * Publishes an object to all ranks, runs {@code use}, and waits until all ranks have used it.
     */
    private void publish(Object mine, Runnable use) {
      published[rank] = mine;
      barrier();
      use.run();
      barrier();
    }

    @Override
    public int rank() {
      return rank;
    }

    @Override
    public int size() {
      return size;
    }

    @Override
    public void sum(FlatVector vector) {
      float[] all = new float[Math.toIntExact(vector.size())];
      publish(
          vector.toArray(),
          () -> {
            for (Object other : published) {
              for (int i = 0; i < all.length; i++) {
                all[i] += ((float[]) other)[i];
              }
            }
          });
      vector.write(0, all, 0, all.length);
      bytesSent += 2L * Float.BYTES * all.length * (size - 1) / size;
    }

    @Override
    public void sum(double[] values) {
      double[] all = new double[values.length];
      publish(
          values,
          () -> {
            for (Object other : published) {
              for (int i = 0; i < all.length; i++) {
                all[i] += ((double[]) other)[i];
              }
            }
          });
      System.arraycopy(all, 0, values, 0, all.length);
    }

    @Override
    public void broadcast(FlatVector vector, int root) {
      publish(
          vector,
          () -> {
            float[] all = ((FlatVector) published[root]).toArray();
            if (rank != root) {
              vector.write(0, all, 0, all.length);
            }
          });
    }

    @Override
    public void allToAll(FlatVector outgoing, FlatVector incoming) {
      long piece = outgoing.size() / size;
      publish(
          outgoing,
          () -> {
            for (int from = 0; from < size; from++) {
              FlatVector theirs = new VectorPart((FlatVector) published[from], rank * piece, piece);
              copy(theirs, new VectorPart(incoming, from * piece, piece));
            }
          });
      bytesSent += Float.BYTES * piece * (size - 1);
    }

    @Override
    public void allGather(FlatVector own, FlatVector all) {
      long piece = own.size();
      publish(
          own,
          () -> {
            for (int from = 0; from < size; from++) {
              copy((FlatVector) published[from], new VectorPart(all, from * piece, piece));
            }
          });
      bytesSent += Float.BYTES * piece * (size - 1);
    }

    /** On their device, if they are on one. */
    private static void copy(FlatVector from, FlatVector into) {
      into.math().orElseGet(NativeVector::arithmetic).set(into, from);
    }

    @Override
    public void barrier() {
      try {
        barrier.await();
      } catch (InterruptedException | BrokenBarrierException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public long bytesSent() {
      return bytesSent;
    }

    @Override
    public void close() {}
  }
}
