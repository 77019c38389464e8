package org.palimpsest.collective;

import java.io.Serializable;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.palimpsest.base.PalimpsestException;

/**
 * Sockets of a collective.
 *
 * <p>The range of ports is for the rendezvous. Data connections between ranks use ports that the
 * system assigns: where a firewall restricts ports, restrict those by {@code
 * net.ipv4.ip_local_port_range}.
 *
 * @param networkInterface name of the only interface to bind to, on every machine: {@code eth1};
 *     empty for the one with the route to rank 0
 * @param ports ports on which rank 0 may listen
 * @param gpus how vectors of GPUs are exchanged
 */
public record Sockets(String networkInterface, PortRange ports, Gpus gpus) implements Serializable {
  /** How vectors of GPUs are exchanged. */
  public enum Gpus {
    /** Through the memory of the host, over TCP. */
    GLOO,
    /** From GPU to GPU. */
    NCCL
  }

  /** Vectors of GPUs go through the memory of the host. */
  public Sockets(String networkInterface, PortRange ports) {
    this(networkInterface, ports, Gpus.GLOO);
  }

  /** The interface with the route to the others, and any port. */
  public static Sockets any() {
    return new Sockets("", PortRange.any());
  }

  /** The address to listen on: that of the interface, or else the one that others reach. */
  String host(String reachable) {
    return ownAddress().orElse(reachable);
  }

  /** The address to connect from. */
  String host(Address rendezvous) {
    return ownAddress().orElseGet(rendezvous::ownInterface);
  }

  private Optional<String> ownAddress() {
    if (networkInterface.isEmpty()) {
      return Optional.empty();
    }
    try {
      NetworkInterface named = NetworkInterface.getByName(networkInterface);
      if (named == null) {
        throw unknown();
      }
      return Optional.of(
          named
              .inetAddresses()
              .min(Comparator.comparing(address -> address instanceof Inet6Address))
              .map(InetAddress::getHostAddress)
              .orElseThrow(this::unknown));
    } catch (SocketException e) {
      throw new PalimpsestException(
          PalimpsestException.Kind.CLUSTER,
          "The network interfaces of this machine are not readable (" + e.getMessage() + ").",
          e);
    }
  }

  private PalimpsestException unknown() {
    return PalimpsestException.cluster(
        "training.collective.interface is "
            + networkInterface
            + ", but this machine has no such network interface with an address: choose one of "
            + names()
            + ".");
  }

  private static String names() {
    try {
      List<NetworkInterface> all = NetworkInterface.networkInterfaces().toList();
      return all.stream().map(NetworkInterface::getName).collect(Collectors.joining(", "));
    } catch (SocketException e) {
      return "those of the machine";
    }
  }
}
