package org.palimpsest.collective;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import org.palimpsest.base.PalimpsestException;

/**
 * The address of a rendezvous, with the token that identifies the run.
 *
 * @param host name or address; an IPv6 address without brackets
 */
record Address(String host, int port, String token) {

  /** Reads {@code host:port:token}. */
  static Address parse(String text) {
    int token = text.lastIndexOf(':');
    int port = text.lastIndexOf(':', token - 1);
    if (port > 0 && text.substring(port + 1, token).matches("\\d{1,5}")) {
      return new Address(
          text.substring(0, port),
          Integer.parseInt(text.substring(port + 1, token)),
          text.substring(token + 1));
    }
    throw PalimpsestException.cluster(
        "'" + text + "' is not the address of a rendezvous: give host:port:token.");
  }

  /**
   * The address of this machine on the route to the rendezvous, the one interface that a rank uses.
   * Connecting a datagram socket reads the routing table and sends nothing.
   */
  String ownInterface() {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(new InetSocketAddress(host, port));
      return socket.getLocalAddress().getHostAddress();
    } catch (IOException | UncheckedIOException e) {
      throw new PalimpsestException(
          PalimpsestException.Kind.CLUSTER,
          "This machine has no network interface with a route to "
              + hostAndPort()
              + ": check the network between the executors.",
          e);
    }
  }

  /** Host and port without the token, for messages. */
  String hostAndPort() {
    return host + ":" + port;
  }

  @Override
  public String toString() {
    return hostAndPort() + ":" + token;
  }
}
