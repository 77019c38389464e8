package org.palimpsest.collective;

import java.io.IOException;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.IntOptional;
import org.bytedeco.pytorch.TCPStore;
import org.bytedeco.pytorch.TCPStoreOptions;
import org.bytedeco.pytorch.global.torch_gloo;
import org.palimpsest.base.PalimpsestException;

/**
 * The meeting point of a run's ranks: a c10d {@code TCPStore} that rank 0 keeps open until every
 * rank has closed its collective.
 */
@SuppressWarnings("try") // the body uses a pointer scope only by its being open
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
   * @param host name or address of this machine that the other ranks can reach; on Linux nothing
   *     listens on other interfaces
   * @param deadline maximum time to open the store; loading the native library, which is unpacked
   *     on first use, does not count
   * @throws PalimpsestException of kind CLUSTER if the host is not this machine
   */
  public static Rendezvous listen(String host, Duration deadline) {
    return listen(host, Sockets.any(), deadline);
  }

  /**
   * The same with configured sockets: on a port of their range, and on their interface instead of
   * {@code reachable} if they name one.
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
      RunStore.open(store, token);
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
              + " (set it by spark.driver.host or SPARK_LOCAL_IP).",
          e);
    }
  }

  /** Binds to the one interface on Linux; on other systems c10d chooses the port. */
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

  /** The address for the other ranks to join: {@code host:port:token}. */
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
