package org.palimpsest.bench.device;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.bench.engine.Setting;
import org.palimpsest.collective.C10dCollective;
import org.palimpsest.collective.Rendezvous;
import org.palimpsest.model.Collective;
import org.palimpsest.model.Device;
import org.palimpsest.model.FlatVector;
import org.palimpsest.model.Precision;
import org.palimpsest.model.Replica;

/**
 * A sum of the vectors of two ranks of this process over Gloo.
 *
 * @param numbers in the vector of a rank
 * @param seconds of the second round; the first one connects
 * @param exact whether both ranks got the sum
 */
record GlooRound(int ranks, long numbers, double seconds, boolean exact) {
  private static final int RANKS = 2;
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /** What a rank has measured. */
  private record Rank(long numbers, double seconds, boolean exact) {}

  /** Sums gradients of a setting's model that are on the device. */
  static GlooRound of(Device device, Setting setting) throws InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(RANKS);
    try (Rendezvous rendezvous = Rendezvous.listen("127.0.0.1", PATIENCE)) {
      Future<Rank> first = threads.submit(rank(device, setting, rendezvous.address(), 0));
      Future<Rank> second = threads.submit(rank(device, setting, rendezvous.address(), 1));
      Rank a = first.get();
      Rank b = second.get();
      return new GlooRound(
          RANKS, a.numbers(), Math.max(a.seconds(), b.seconds()), a.exact() && b.exact());
    } catch (ExecutionException e) {
      throw PalimpsestException.cluster("A round over Gloo failed: " + e.getCause().getMessage());
    } finally {
      threads.shutdownNow();
    }
  }

  private static Callable<Rank> rank(Device device, Setting setting, String address, int rank) {
    return () -> {
      try (Replica replica = Replicas.on(device, setting.spec(), Precision.FP32);
          Collective collective = C10dCollective.join(address, rank, RANKS, PATIENCE)) {
        FlatVector vector = replica.gradients();
        float[] edge = {rank + 1, rank + 2};
        collective.sum(vector);
        vector.write(0, edge, 0, 1);
        vector.write(vector.size() - 1, edge, 1, 1);
        double seconds = Replicas.seconds(() -> collective.sum(vector));
        vector.read(0, edge, 0, 1);
        vector.read(vector.size() - 1, edge, 1, 1);
        return new Rank(vector.size(), seconds, edge[0] == 3 && edge[1] == 5);
      }
    };
  }
}
