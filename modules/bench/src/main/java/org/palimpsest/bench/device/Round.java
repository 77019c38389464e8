package org.palimpsest.bench.device;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.global.torch;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.bench.engine.Setting;
import org.palimpsest.collective.C10dCollective;
import org.palimpsest.collective.PortRange;
import org.palimpsest.collective.Rendezvous;
import org.palimpsest.collective.Sockets;
import org.palimpsest.model.Collective;
import org.palimpsest.model.Device;
import org.palimpsest.model.FlatVector;
import org.palimpsest.model.Precision;
import org.palimpsest.model.Replica;

/**
 * A sum of the vectors of some ranks of this process.
 *
 * @param backend gloo or nccl
 * @param numbers in the vector of a rank
 * @param seconds of the second round; the first one connects
 * @param exact whether both ranks got the sum
 */
record Round(String backend, int ranks, long numbers, double seconds, boolean exact) {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /** What a rank has measured. */
  private record Rank(long numbers, double seconds, boolean exact) {}

  /** Two ranks on one device over Gloo, through the memory of the host. */
  static Round gloo(Device device, Setting setting) throws InterruptedException {
    return of(setting, List.of(device, device), Sockets.any());
  }

  /**
   * A rank on each GPU with NCCL.
   *
   * @throws PalimpsestException if NCCL does not load, or fails
   */
  static Round nccl(Setting setting) throws InterruptedException {
    Sockets sockets = new Sockets("", PortRange.any(), Sockets.Gpus.NCCL);
    List<Device> devices =
        IntStream.range(0, (int) torch.getNumGPUs())
            .mapToObj(index -> new Device(Device.Type.CUDA, index))
            .toList();
    return of(setting, devices, sockets);
  }

  private static Round of(Setting setting, List<Device> devices, Sockets sockets)
      throws InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(devices.size());
    try (Rendezvous rendezvous = Rendezvous.listen("127.0.0.1", PATIENCE)) {
      List<Future<Rank>> ranks = new ArrayList<>();
      for (int rank = 0; rank < devices.size(); rank++) {
        ranks.add(threads.submit(rank(setting, devices, rank, rendezvous.address(), sockets)));
      }
      double slowest = 0;
      boolean exact = true;
      for (Future<Rank> each : ranks) {
        slowest = Math.max(slowest, each.get().seconds());
        exact &= each.get().exact();
      }
      String backend = sockets.gpus().name().toLowerCase(Locale.ROOT);
      return new Round(backend, devices.size(), ranks.get(0).get().numbers(), slowest, exact);
    } catch (ExecutionException e) {
      throw PalimpsestException.cluster(e.getCause().getMessage());
    } finally {
      threads.shutdownNow();
    }
  }

  private static Callable<Rank> rank(
      Setting setting, List<Device> devices, int rank, String address, Sockets sockets) {
    int size = devices.size();
    return () -> {
      try (Replica replica = Replicas.on(devices.get(rank), setting.spec(), Precision.FP32);
          Collective collective = C10dCollective.join(address, rank, size, sockets, PATIENCE)) {
        FlatVector vector = replica.gradients();
        float[] edge = {rank + 1, rank + 2};
        collective.sum(vector);
        vector.write(0, edge, 0, 1);
        vector.write(vector.size() - 1, edge, 1, 1);
        double seconds =
            Replicas.seconds(
                () -> {
                  collective.sum(vector);
                  vector.read(0, edge, 0, 1); // waits for a GPU
                });
        vector.read(vector.size() - 1, edge, 1, 1);
        double expected = size * (size + 1) / 2.0;
        return new Rank(vector.size(), seconds, edge[0] == expected && edge[1] == expected + size);
      }
    };
  }
}
