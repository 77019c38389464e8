package org.palimpsest.collective;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.AllreduceOptions;
import org.bytedeco.pytorch.BarrierOptions;
import org.bytedeco.pytorch.BroadcastOptions;
import org.bytedeco.pytorch.GlooDeviceVector;
import org.bytedeco.pytorch.ProcessGroupGloo;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.Work;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch_gloo;
import org.palimpsest.model.Collective;
import org.palimpsest.model.FlatVector;
import org.palimpsest.objective.PalimpsestException;

/**
 * A {@link Collective} by c10d's {@code ProcessGroupGloo}, over TCP between executors or inside
 * one. Sums go by Gloo's ring, whose order of addition depends on nothing but ranks and sizes.
 *
 * <p>Used by one thread. After a failure it is broken for good: every later call fails at once.
 */
@SuppressWarnings("try") // A pointer scope does its work by being open.
public final class C10dCollective implements Collective {
  private static final long SHORTEST_PAUSE_NS = 20_000;
  private static final long LONGEST_PAUSE_NS = 1_000_000;

  private final RunStore store;
  private final ProcessGroupGloo group;
  private final int rank;
  private final int size;
  private final Duration allowed;
  private final Passage passage = new Passage();
  private long operations;
  private long bytesSent;
  private boolean broken;
  private boolean closed;

  private C10dCollective(
      RunStore store, ProcessGroupGloo group, int rank, int size, Duration allowed) {
    this.store = store;
    this.group = group;
    this.rank = rank;
    this.size = size;
    this.allowed = allowed;
  }

  /**
   * Joins the other ranks; returns when all are there.
   *
   * @param address what {@link Rendezvous#address()} said at rank 0
   * @param rank this rank, from 0
   * @param size number of ranks
   * @param deadline how long joining may take, and later each call; loading the native library does
   *     not count
   * @throws PalimpsestException of kind CLUSTER that names the ranks that did not come
   */
  public static C10dCollective join(String address, int rank, int size, Duration deadline) {
    Loader.load(torch_gloo.class);
    Deadline end = Deadline.in(deadline);
    Address place = Address.parse(address);
    RunStore store = RunStore.connect(place, rank, size, end);
    try {
      store.joinAll(end);
      return new C10dCollective(
          store, connect(store, place, rank, size, end, deadline), rank, size, deadline);
    } catch (RuntimeException e) {
      store.close();
      throw e;
    }
  }

  private static ProcessGroupGloo connect(
      RunStore store, Address place, int rank, int size, Deadline end, Duration allowed) {
    try (PointerScope scope = new PointerScope()) {
      ProcessGroupGloo.Options options =
          ProcessGroupGloo.Options.create(new Milliseconds(end.leftMs()));
      options.threads(1);
      String own = interfaceTowards(place);
      options.devices(new GlooDeviceVector(ProcessGroupGloo.createDeviceForHostname(own)));
      ProcessGroupGloo group = new ProcessGroupGloo(store.store(), rank, size, options);
      group.setTimeout(new Milliseconds(allowed.toMillis()));
      group.retainReference();
      return group;
    } catch (IOException | RuntimeException e) {
      throw new PalimpsestException(
          PalimpsestException.Kind.CLUSTER,
          "Rank "
              + rank
              + " cannot connect to all other replicas within "
              + end
              + ": one of them ended meanwhile, or the network between the executors blocks their"
              + " ports.",
          e);
    }
  }

  /**
   * The address of this machine on the way to the rendezvous: the one interface that is used.
   * Connecting a datagram socket asks the routing table and sends nothing.
   */
  private static String interfaceTowards(Address place) throws IOException {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(new InetSocketAddress(place.host(), place.port()));
      return socket.getLocalAddress().getHostAddress();
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
    together("sum", () -> passage.through(vector, piece -> reduce(new TensorVector(piece))));
    bytesSent += ring(vector.size() * Float.BYTES);
  }

  @Override
  public void sum(double[] values) {
    together(
        "sum",
        () -> {
          DoublePointer numbers = new DoublePointer(values);
          TensorOptions doubles = new TensorOptions(torch.ScalarType.Double);
          long[] shape = {values.length};
          reduce(new TensorVector(torch.from_blob(numbers, shape, doubles)));
          numbers.get(values);
        });
    bytesSent += ring((long) values.length * Double.BYTES);
  }

  private void reduce(TensorVector tensors) {
    run("sum", timeout -> group.allreduce(tensors, new AllreduceOptions().timeout(timeout)));
  }

  @Override
  public void broadcast(FlatVector vector, int root) {
    together(
        "broadcast",
        () ->
            passage.through(
                vector,
                piece -> {
                  TensorVector tensors = new TensorVector(piece);
                  run(
                      "broadcast",
                      timeout -> {
                        BroadcastOptions options = new BroadcastOptions();
                        options.rootRank(root).timeout(timeout);
                        return group.broadcast(tensors, options);
                      });
                }));
    bytesSent += ring(vector.size() * Float.BYTES) / 2;
  }

  @Override
  public void barrier() {
    together(
        "barrier",
        () -> run("barrier", timeout -> group.barrier(new BarrierOptions().timeout(timeout))));
  }

  /**
   * By the ring's count, 2(n − 1)/n times the vector for a sum; half of it for a broadcast, which
   * is each rank's mean share whatever the tree.
   */
  @Override
  public long bytesSent() {
    return bytesSent;
  }

  private long ring(long bytes) {
    return 2 * bytes * (size - 1) / size;
  }

  /** One operation of all ranks; each says where it is, so that a message can name who is not. */
  private void together(String what, Runnable operation) {
    if (broken || closed) {
      throw PalimpsestException.cluster(
          "Rank "
              + rank
              + " cannot take part in a "
              + what
              + ": its collective "
              + (closed ? "is closed." : "has failed before; start the segment again."));
    }
    operations++;
    broken = true;
    try (PointerScope scope = new PointerScope()) {
      arrive(what);
      operation.run();
    }
    broken = false;
  }

  private void arrive(String what) {
    try {
      store.arrive(operations);
    } catch (RuntimeException e) {
      throw lost(what, List.of(0), e);
    }
  }

  /** Starts native work, waits for it, and says in a sentence what became of it. */
  private void run(String what, Function<Milliseconds, Work> start) {
    Deadline deadline = Deadline.in(allowed);
    try (PointerScope scope = new PointerScope()) {
      Work work = start.apply(new Milliseconds(allowed.toMillis()));
      boolean interrupted = await(work);
      if (interrupted) {
        Thread.currentThread().interrupt();
        throw PalimpsestException.cluster(
            "Rank " + rank + " was stopped while it waited for the others in a " + what + ".");
      }
      work._wait();
    } catch (PalimpsestException e) {
      throw e;
    } catch (RuntimeException e) {
      List<Integer> missing = store.missingAt(operations);
      throw deadline.isOver() ? late(what, missing, e) : lost(what, missing, e);
    }
  }

  /**
   * Waits until the native thread has let go of the memory, and says whether this thread was
   * interrupted meanwhile. Gloo cannot be cut off: it lets go when another rank leaves, which all
   * do when Spark stops a stage, and at the latest when its own timeout ends. Throwing earlier
   * would leave it writing into memory that the caller is about to free.
   */
  private static boolean await(Work work) {
    boolean interrupted = false;
    long pause = SHORTEST_PAUSE_NS;
    while (!work.isCompleted()) {
      interrupted |= Thread.interrupted();
      LockSupport.parkNanos(pause);
      pause = Math.min(2 * pause, LONGEST_PAUSE_NS);
    }
    return interrupted;
  }

  private PalimpsestException late(String what, List<Integer> missing, RuntimeException cause) {
    return failed(
        "The replicas did not finish a "
            + what
            + " within "
            + Deadline.in(allowed)
            + ": "
            + (missing.isEmpty()
                ? "all had come, but the network is too slow or broken"
                : RunStore.named(missing) + " did not come")
            + "; the log of that executor says why.",
        cause);
  }

  private PalimpsestException lost(String what, List<Integer> missing, RuntimeException cause) {
    return failed(
        "Rank "
            + rank
            + " lost the other replicas in a "
            + what
            + ": "
            + (missing.isEmpty() ? "one of them" : RunStore.named(missing))
            + " has ended; the log of that executor says why.",
        cause);
  }

  private static PalimpsestException failed(String sentence, RuntimeException cause) {
    return new PalimpsestException(PalimpsestException.Kind.CLUSTER, sentence, cause);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      group.close();
      store.close();
      passage.close();
    }
  }
}
