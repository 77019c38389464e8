package org.palimpsest.collective;

import java.io.IOException;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.ByteVector;
import org.bytedeco.pytorch.IntOptional;
import org.bytedeco.pytorch.TCPStore;
import org.bytedeco.pytorch.TCPStoreOptions;
import org.bytedeco.pytorch.global.torch_gloo;
import org.palimpsest.base.PalimpsestException;

/**
 * Where the ranks of a run find each other: a c10d {@code TCPStore} that rank 0 keeps open until
 * every rank has closed its collective.
 */
@SuppressWarnings("try") // A pointer scope does its work by being open.
public final class Rendezvous implements AutoCloseable {
  private static final int TOKEN_BYTES = 16;

  private final TCPStore store;
  private final Address address;
  private boolean closed;

  private Rendezvous(TCPStore store, Address address) {
    this.store = store;
    this.address = address;
  }

  /**
   * Listens on a free port of one interface.
   *
   * @param host name or address of this machine by which the other ranks reach it; on Linux nothing
   *     listens on its other interfaces
   * @param deadline how long opening may take; loading the native library, which is unpacked at its
   *     first use, does not count
   * @throws PalimpsestException of kind CLUSTER if that host is not this machine's
   */
  public static Rendezvous listen(String host, Duration deadline) {
    return listen(host, Sockets.any(), deadline);
  }

  /**
   * The same, by the sockets that a configuration allows: on a port of their range, and on their
   * interface rather than {@code reachable} if they name one.
   */
  public static Rendezvous listen(String reachable, Sockets sockets, Duration deadline) {
    String host = sockets.host(reachable);
    Loader.load(torch_gloo.class);
    String token = token();
    try (PointerScope scope = new PointerScope()) {
      TCPStoreOptions options = new TCPStoreOptions();
      options.isServer(true).waitWorkers(false).timeout(new Milliseconds(deadline.toMillis()));
      int port = bind(host, sockets, options);
      TCPStore store = new TCPStore(host, options);
      store.set(RunStore.TOKEN, new ByteVector(RunStore.bytes(token)));
      store.retainReference();
      return new Rendezvous(store, new Address(host, port == 0 ? port(store) : port, token));
    } catch (PalimpsestException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw new PalimpsestException(
          PalimpsestException.Kind.CLUSTER,
          "Rank 0 cannot listen on "
              + host
              + ": choose a name or address of this machine that the other executors can reach"
              + " (spark.driver.host and SPARK_LOCAL_IP decide what Spark calls it).",
          e);
    }
  }

  /** Binds to the one interface where that is known how, and leaves the port to c10d elsewhere. */
  private static int bind(String host, Sockets sockets, TCPStoreOptions options)
      throws IOException {
    if (!Loader.getPlatform().startsWith("linux")) {
      options.port((short) 0);
      return 0;
    }
    ListeningSocket socket = ListeningSocket.open(InetAddress.getByName(host), sockets.ports());
    options.port((short) socket.port()).masterListenFd(new IntOptional(socket.descriptor()));
    return socket.port();
  }

  private static int port(TCPStore store) {
    return Short.toUnsignedInt(store.getPort());
  }

  private static String token() {
    byte[] bytes = new byte[TOKEN_BYTES];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /** What the other ranks need in order to join: {@code host:port:token}. */
  public String address() {
    return address.toString();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      store.close();
    }
  }
}
