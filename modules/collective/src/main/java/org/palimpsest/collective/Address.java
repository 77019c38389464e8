package org.palimpsest.collective;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import org.palimpsest.base.PalimpsestException;

/**
 * Where a rendezvous is, and the token by which it is known.
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
        "'" + text + "' is not the address of a rendezvous: it should be host:port:token.");
  }

  /**
   * The address of this machine on the way there: the one interface that a rank uses. Connecting a
   * datagram socket asks the routing table and sends nothing.
   */
  String ownInterface() {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(new InetSocketAddress(host, port));
      return socket.getLocalAddress().getHostAddress();
    } catch (IOException | UncheckedIOException e) {
      throw new PalimpsestException(
          PalimpsestException.Kind.CLUSTER,
          "No network interface of this machine leads to " + place() + ".",
          e);
    }
  }

  /** Without the token, for messages. */
  String place() {
    return host + ":" + port;
  }

  @Override
  public String toString() {
    return place() + ":" + token;
  }
}
