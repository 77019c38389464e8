package org.palimpsest.storage;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.Objects;
import org.palimpsest.storage.LinuxProcesses.Life;

/**
 * A process that owns a lease.
 *
 * @param id unique id of the owner
 * @param host host name; empty if the file is not readable
 * @param pid process id on the host
 * @param processStartMs start time of the process; only versions that did not know {@code boot}
 *     read it
 * @param boot identity of the boot of the machine; null or empty if unknown
 * @param pidNamespace namespace of the process id; null or empty if unknown
 * @param startTicks clock ticks from the boot to the start of the process; 0 if unknown
 */
record OwnerProcess(
    String id,
    String host,
    long pid,
    long processStartMs,
    String boot,
    String pidNamespace,
    long startTicks) {

  OwnerProcess {
    id = Objects.requireNonNullElse(id, "");
    host = Objects.requireNonNullElse(host, "");
    boot = Objects.requireNonNullElse(boot, ""); // Older files have none.
    pidNamespace = Objects.requireNonNullElse(pidNamespace, "");
  }

  static final OwnerProcess UNKNOWN = new OwnerProcess("", "", 0, 0, "", "", 0);

  /** This process. */
  static OwnerProcess self(String id) {
    ProcessHandle self = ProcessHandle.current();
    LinuxProcesses linux = LinuxProcesses.HERE;
    return new OwnerProcess(
        id,
        thisHost(),
        self.pid(),
        self.info().startInstant().map(Instant::toEpochMilli).orElse(0L),
        linux.boot(),
        linux.namespace(),
        linux.startTicks(self.pid()));
  }

  /** Whether it lives, as far as a process in the same namespace of the same machine can see. */
  Life life() {
    return life(LinuxProcesses.HERE, thisHost());
  }

  Life life(LinuxProcesses linux, String here) {
    boolean visible =
        startTicks > 0
            && here.equals(host)
            && isKnown(boot)
            && boot.equals(linux.boot())
            && isKnown(pidNamespace)
            && pidNamespace.equals(linux.namespace());
    return visible ? linux.life(pid, startTicks) : Life.UNKNOWN;
  }

  private static boolean isKnown(String text) {
    return text != null && !text.isEmpty();
  }

  String describe() {
    return host.isEmpty() ? "its owner is not known yet" : "process " + pid + " on " + host;
  }

  private static String thisHost() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }
}
