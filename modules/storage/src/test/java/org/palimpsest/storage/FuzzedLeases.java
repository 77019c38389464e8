package org.palimpsest.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.palimpsest.model.fuzz.Fuzzer;
import org.palimpsest.model.fuzz.Mutator;

/** Reads damaged leases and manifests. */
final class FuzzedLeases {
  private static final Configuration HADOOP = new Configuration();

  private FuzzedLeases() {}

  public static void main(String[] arguments) throws Exception {
    Fuzzer.main(FuzzedLeases::targets, arguments);
  }

  private static Map<String, Fuzzer.Target> targets(Path folder) throws IOException {
    return Map.of("lease", lease(folder), "manifest", manifest(folder.resolve("stored")));
  }

  private static Fuzzer.Target lease(Path folder) throws IOException {
    org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(folder.toString(), "leases");
    Duration minute = Duration.ofMinutes(1);
    Lease.take(path, HADOOP, minute, Deadline.ofCheckpoints(minute)).close();
    Path file = folder.resolve("leases/lease-00000001.json");
    byte[] valid = Files.readAllBytes(file);
    Leases leases = new Leases(path, HADOOP);
    return seed -> {
      Files.write(file, Mutator.text(valid, seed));
      leases.newest().ifPresent(FuzzedLeases::read);
      leases.fencesOff(0, 7);
    };
  }

  private static void read(LeaseEntry lease) {
    boolean held = lease.isOverdue() || lease.mayBeHeld() || lease.isLaterThan(lease);
    String unused = lease.process().describe() + lease.process().life() + held;
  }

  private static Fuzzer.Target manifest(Path folder) throws IOException {
    StoredFolder stored =
        new StoredFolder(new org.apache.hadoop.fs.Path(folder.toString()), HADOOP);
    StoredFile file = stored.write("a", out -> out.write(1));
    stored.publish(StoredFolder.JSON.createObjectNode().putPOJO("file", file));
    byte[] valid = Files.readAllBytes(folder.resolve(StoredFolder.MANIFEST));
    return seed -> {
      Files.write(folder.resolve(StoredFolder.MANIFEST), Mutator.text(valid, seed));
      stored.manifest("folder");
    };
  }
}
