package org.palimpsest.collective;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.gloo.Socket;
import org.palimpsest.base.PalimpsestException;

/**
 * A listening socket on one interface, for a native library that by itself would listen on all.
 *
 * @param descriptor the file descriptor; the receiver closes it
 */
@SuppressWarnings("try") // the body uses a pointer scope only by its being open
record ListeningSocket(int descriptor, int port) {
  private static final int BACKLOG = 512;
  private static final int ATTEMPTS = 20;
  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;
  private static final int IPV4_BYTES = 16;
  private static final int IPV6_BYTES = 28;

  /**
   * Opens a socket on a free port, of the range or any.
   *
   * <p>Any free port is found with one socket and bound with another; if another process takes it
   * in between, another port is tried.
   *
   * @throws PalimpsestException of kind CLUSTER if no port of the range is free
   */
  static ListeningSocket open(InetAddress host, PortRange ports) throws IOException {
    if (!ports.isAny()) {
      return inside(ports, host);
    }
    for (int attempt = 1; ; attempt++) {
      int port = freePort(host);
      try {
        return bind(host, port);
      } catch (RuntimeException e) {
        if (attempt == ATTEMPTS) {
          throw new IOException("There is no free port on " + host.getHostAddress() + ".", e);
        }
      }
    }
  }

  private static ListeningSocket inside(PortRange ports, InetAddress host) {
    for (int port = ports.first(); port <= ports.last(); port++) {
      try {
        return bind(host, port);
      } catch (RuntimeException e) {
        // Not free: try the next port.
      }
    }
    throw PalimpsestException.cluster(
        "No port of training.collective.ports "
            + ports
            + " is free on "
            + host.getHostAddress()
            + ": widen the range, or stop the programs that listen there.");
  }

  private static int freePort(InetAddress host) throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, host)) {
      return socket.getLocalPort();
    }
  }

  private static ListeningSocket bind(InetAddress host, int port) {
    boolean six = host instanceof Inet6Address;
    try (PointerScope scope = new PointerScope()) {
      Socket socket = Socket.createForFamily(six ? AF_INET6 : AF_INET);
      socket.reuseAddr(true);
      socket.bind(new BytePointer(linuxAddress(host, port)), six ? IPV6_BYTES : IPV4_BYTES);
      socket.listen(BACKLOG);
      return new ListeningSocket(socket.release(), port);
    }
  }

  /** Linux's {@code sockaddr_in} or {@code sockaddr_in6}. */
  private static byte[] linuxAddress(InetAddress host, int port) {
    ByteBuffer bytes = ByteBuffer.allocate(IPV6_BYTES).order(ByteOrder.nativeOrder());
    boolean six = host instanceof Inet6Address;
    bytes.putShort((short) (six ? AF_INET6 : AF_INET));
    bytes.put((byte) (port >>> 8)).put((byte) port);
    if (host instanceof Inet6Address address) {
      bytes.putInt(0).put(address.getAddress()).putInt(address.getScopeId());
    } else {
      bytes.put(host.getAddress());
    }
    return bytes.array();
  }
}
