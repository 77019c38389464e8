package org.palimpsest.collective;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.ProcessGroupGloo;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch_gloo;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.Collective;
import org.palimpsest.model.FlatVector;
import org.palimpsest.model.VectorPart;

/**
 * A {@link Collective} with c10d's {@code ProcessGroupGloo}, over TCP between executors or within
 * one. Sums use Gloo's ring, whose order of addition depends only on ranks and sizes. Vectors of
 * GPUs can be summed by NCCL instead.
 *
 * <p>Used by one thread. After a failure every later call fails.
 */
@SuppressWarnings("try") // the body uses a pointer scope only by its being open
public final class C10dCollective implements Collective {
  private final RunStore store;
  private final GlooCalls gloo;
  private final int rank;
  private final int size;
  private final Duration allowed;
  private final ChunkedTransfer transfer;
  private final HostCopies copies = new HostCopies();
  private final DeviceSums devices;
  private long operations;
  private long bytesSent;
  private boolean broken;
  private boolean closed;

  private C10dCollective(
      RunStore store, ProcessGroupGloo group, Duration allowed, Optional<Groups.Devices> gpus) {
    this.store = store;
    rank = store.rank();
    size = store.size();
    this.allowed = allowed;
    transfer = new ChunkedTransfer(size);
    Supplier<List<Integer>> missing = () -> store.missingAt(operations);
    gloo = new GlooCalls(group, rank, missing);
    devices = new DeviceSums(rank, gpus.map(g -> () -> g.group(store, allowed)), missing);
  }

  /**
   * Joins the other ranks; returns when all have joined.
   *
   * @param address {@link Rendezvous#address()} of rank 0
   * @param rank this rank, from 0
   * @param size number of ranks
   * @param deadline maximum time for the others to join, and later for each call; loading the
   *     native library does not count
   * @throws PalimpsestException of kind CLUSTER that names the missing ranks
   */
  public static C10dCollective join(String address, int rank, int size, Duration deadline) {
    return join(address, rank, size, Sockets.any(), deadline);
  }

  /** The same with configured sockets. */
  public static C10dCollective join(
      String address, int rank, int size, Sockets sockets, Duration deadline) {
    return join(address, rank, size, sockets, deadline, Groups.devices(sockets));
  }

  /** The same with a group for vectors of devices. */
  static C10dCollective join(
      String address,
      int rank,
      int size,
      Sockets sockets,
      Duration deadline,
      Optional<Groups.Devices> devices) {
    if (rank < 0 || rank >= size) {
      throw new IllegalArgumentException("Rank " + rank + " is not one of " + size + " ranks.");
    }
    Loader.load(torch_gloo.class);
    Deadline end = Deadline.in(deadline);
    Address place = Address.parse(address);
    RunStore store = RunStore.connect(place, rank, size, end);
    try {
      store.joinAll(end);
      ProcessGroupGloo group = Groups.gloo(store, store.store(), sockets.host(place), deadline);
      C10dCollective collective = new C10dCollective(store, group, deadline, devices);
      collective.awaitConnections();
      return collective;
    } catch (RuntimeException e) {
      store.close();
      throw e;
    }
  }

  /** Without this, a rank could leave while another still connects, which would then fail. */
  private void awaitConnections() {
    try {
      barrier();
    } catch (RuntimeException e) {
      gloo.close();
      throw e;
    }
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
    collectively(
        "sum",
        call -> {
          if (!devices.sum(vector, call)) {
            transfer.through(vector, piece -> gloo.sum(piece, call));
          }
        });
    bytesSent += ring(vector.size() * Float.BYTES);
  }

  @Override
  public void beginSum(VectorPart part) {
    guarded("sum", call -> devices.begin(part, call));
  }

  @Override
  public void sum(double[] values) {
    collectively(
        "sum",
        call -> {
          DoublePointer numbers = new DoublePointer(values);
          TensorOptions doubles = new TensorOptions(torch.ScalarType.Double);
          gloo.sum(torch.from_blob(numbers, new long[] {values.length}, doubles), call);
          numbers.get(values);
        });
    bytesSent += ring((long) values.length * Double.BYTES);
  }

  @Override
  public void broadcast(FlatVector vector, int root) {
    collectively(
        "broadcast",
        call -> {
          if (!devices.broadcast(vector, root, call)) {
            transfer.through(vector, piece -> gloo.broadcast(piece, root, call));
          }
        });
    bytesSent += ring(vector.size() * Float.BYTES) / 2;
  }

  @Override
  public void allToAll(FlatVector outgoing, FlatVector incoming) {
    collectively(
        "transfer",
        call -> {
          if (!devices.allToAll(outgoing, incoming, call)) {
            copies.exchange(outgoing, incoming, (from, into) -> gloo.allToAll(from, into, call));
          }
        });
    bytesSent += toOthers(outgoing.size() * Float.BYTES);
  }

  @Override
  public void allGather(FlatVector own, FlatVector all) {
    collectively(
        "transfer",
        call -> {
          if (!devices.allGather(own, all, call)) {
            copies.exchange(own, all, (from, into) -> gloo.allGather(from, into, call));
          }
        });
    bytesSent += own.size() * Float.BYTES * (size - 1);
  }

  @Override
  public void barrier() {
    collectively("barrier", gloo::barrier);
  }

  /**
   * For a sum, 2(n − 1)/n times the vector, as the ring sends; for a broadcast half of that, the
   * mean of all ranks.
   */
  @Override
  public long bytesSent() {
    return bytesSent;
  }

  private long toOthers(long bytes) {
    return bytes * (size - 1) / size;
  }

  private long ring(long bytes) {
    return 2 * bytes * (size - 1) / size;
  }

  /** One call of all ranks, which may need several native operations. */
  record Call(String what, Deadline deadline) {}

  /** Records the call in the store, so that messages can name missing ranks, and runs it. */
  private void collectively(String what, Consumer<Call> work) {
    guarded(
        what,
        call -> {
          operations++;
          arrive(call);
          work.accept(call);
        });
  }

  /** Runs native operations, unless earlier ones have failed. */
  private void guarded(String what, Consumer<Call> work) {
    if (broken || closed) {
      throw PalimpsestException.cluster(
          "Rank "
              + rank
              + " cannot start a "
              + what
              + ": its collective "
              + (closed ? "is closed." : "has failed before; start the segment again."));
    }
    broken = true;
    try (PointerScope scope = new PointerScope()) {
      work.accept(new Call(what, Deadline.in(allowed)));
    }
    broken = false;
  }

  private void arrive(Call call) {
    try {
      store.arrive(operations);
    } catch (RuntimeException e) {
      throw Failures.lost(rank, call, List.of(0), e);
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      devices.close();
      gloo.close();
      store.close();
      transfer.close();
      copies.close();
    }
  }
}
