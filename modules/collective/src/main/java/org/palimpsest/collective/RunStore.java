package org.palimpsest.collective;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.ByteVector;
import org.bytedeco.pytorch.PrefixStore;
import org.bytedeco.pytorch.Store;
import org.bytedeco.pytorch.StringVector;
import org.bytedeco.pytorch.TCPStore;
import org.bytedeco.pytorch.TCPStoreOptions;
import org.palimpsest.base.PalimpsestException;

/**
 * One rank's view of the rendezvous: which ranks have joined, and how far each has come, so that a
 * message can name missing ranks.
 *
 * <p>The names of all keys, also of those that the process group sets, begin with the token of the
 * run. A process that reaches the store without the token, such as a rank of a run that had this
 * port before, neither reads nor changes them. (c10d does not authenticate: whoever speaks its
 * protocol on purpose can list the names.)
 */
@SuppressWarnings("try") // the body uses a pointer scope only by its being open
final class RunStore implements AutoCloseable {
  private static final String OPEN = "open";
  private static final String JOINED = "joined/";
  private static final String AT = "at/";
  private static final long POLL_MS = 10;

  private final Address address;
  private final TCPStore connection;
  private final PrefixStore store;
  private final List<PrefixStore> parts = new ArrayList<>();
  private final int rank;
  private final int size;

  private RunStore(Address address, TCPStore connection, PrefixStore store, int rank, int size) {
    this.address = address;
    this.connection = connection;
    this.store = store;
    this.rank = rank;
    this.size = size;
  }

  /** Connects to a rendezvous and checks its token. */
  static RunStore connect(Address address, int rank, int size, Deadline deadline) {
    try (PointerScope scope = new PointerScope()) {
      TCPStoreOptions options = new TCPStoreOptions();
      options.isServer(false).waitWorkers(false).port((short) address.port());
      options.timeout(new Milliseconds(deadline.leftMs()));
      TCPStore connection = new TCPStore(address.host(), options);
      PrefixStore store = of(address.token(), connection);
      RunStore run = new RunStore(address, connection, store, rank, size);
      run.refuseOtherToken(address);
      run.connection.retainReference();
      run.store.retainReference();
      return run;
    } catch (PalimpsestException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new PalimpsestException(
          PalimpsestException.Kind.CLUSTER,
          "Rank "
              + rank
              + " cannot reach the rendezvous at "
              + address.hostAndPort()
              + " within "
              + deadline
              + ": rank 0 has ended, or the network between the executors blocks that port; see the"
              + " log of rank 0's executor.",
          e);
    }
  }

  /** Opens the store for the ranks that know the token. */
  static void open(TCPStore server, String token) {
    of(token, server).set(OPEN, new ByteVector(bytes(OPEN)));
  }

  private static PrefixStore of(String token, TCPStore connection) {
    return new PrefixStore("palimpsest/" + token, connection);
  }

  private void refuseOtherToken(Address address) {
    if (!has(OPEN)) {
      throw PalimpsestException.cluster(
          "The rendezvous at "
              + address.hostAndPort()
              + " belongs to another run, as its token differs: start the run again.");
    }
  }

  /**
   * Another connection to the rendezvous, for another process group: with the Java binding, a store
   * that is given to a second native object ends the process.
   */
  RunStore again(Deadline deadline) {
    return connect(address, rank, size, deadline);
  }

  int rank() {
    return rank;
  }

  int size() {
    return size;
  }

  /** The store itself, for one process group, which is closed before. */
  Store store() {
    return store;
  }

  /**
   * A part of the store, for one process group, which is closed before this. The Java binding frees
   * a store with its Java object, whoever still has it: the group would use memory of others.
   */
  Store part(String name) {
    PrefixStore part = new PrefixStore(name, store);
    part.<Pointer>retainReference();
    parts.add(part);
    return part;
  }

  /** Registers this rank, and waits for all ranks. */
  void joinAll(Deadline deadline) {
    try (PointerScope scope = new PointerScope()) {
      if (store.add(JOINED + rank, 1) > 1) {
        throw PalimpsestException.cluster(
            "Rank " + rank + " joined twice: each rank joins a rendezvous once.");
      }
      List<Integer> missing = missing(JOINED);
      while (!missing.isEmpty()) {
        if (deadline.isOver()) {
          throw PalimpsestException.cluster(
              "Only "
                  + (size - missing.size())
                  + " of "
                  + size
                  + " replicas joined within "
                  + deadline
                  + ": "
                  + Failures.named(missing)
                  + "; see the logs of the executors, or give the cluster as many free slots as"
                  + " replicas.");
        }
        Thread.sleep(POLL_MS);
        missing = missing(JOINED);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PalimpsestException(
          PalimpsestException.Kind.CLUSTER,
          "Rank " + rank + " was stopped while it waited for the other replicas to join.",
          e);
    }
  }

  /** Records that this rank has reached an operation. */
  void arrive(long operation) {
    try (PointerScope scope = new PointerScope()) {
      store.set(AT + rank, new ByteVector(bytes(Long.toString(operation))));
    }
  }

  /** The ranks that have not reached an operation, as far as the store is still available. */
  List<Integer> missingAt(long operation) {
    try (PointerScope scope = new PointerScope()) {
      return IntStream.range(0, size)
          .filter(other -> !has(AT + other) || reached(other) < operation)
          .boxed()
          .toList();
    } catch (RuntimeException e) {
      // The store is in rank 0: without the store, that rank has ended.
      return List.of(0);
    }
  }

  private long reached(int other) {
    return Long.parseLong(text(store.get(AT + other)));
  }

  private List<Integer> missing(String key) {
    return IntStream.range(0, size).filter(other -> !has(key + other)).boxed().toList();
  }

  private boolean has(String key) {
    return store.check(new StringVector(key));
  }

  /** {@code rank 1} or {@code ranks 1, 2}. */
  static String named(List<Integer> ranks) {
    String list = ranks.stream().map(String::valueOf).collect(Collectors.joining(", "));
    return (ranks.size() == 1 ? "rank " : "ranks ") + list;
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(ByteVector bytes) {
    return new String(bytes.get(), StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    parts.forEach(Pointer::close);
    store.close();
    connection.close();
  }
}
