package org.palimpsest.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import org.apache.hadoop.conf.Configuration;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.PalimpsestException.Kind;

/**
 * A lease is taken, used and released while a call fails. Whatever happens, it is one sentence, and
 * somebody can take the lease afterwards.
 *
 * @param disk folder of the leases
 */
record LeaseFaults(Path disk) implements FaultMatrix.Test {
  private static final Duration TERM = Duration.ofMillis(500);

  /** The number of calls that can fail. */
  int calls() {
    Configuration hadoop = new Configuration();
    FaultPlan plan = FaultPlan.install(hadoop, FaultPlan.Kind.DISK);
    use(hadoop, "count", Duration.ofMinutes(1));
    plan.repair();
    use(hadoop, "count", Duration.ofMinutes(1));
    return plan.calls().size();
  }

  private void use(Configuration hadoop, String name, Duration term) {
    try (Lease lease = take(hadoop, name, term)) {
      lease.goOnFrom(3);
      lease.check();
    }
  }

  private Lease take(Configuration hadoop, String name, Duration term) {
    return Lease.take(
        new org.apache.hadoop.fs.Path("faulty:" + disk + "/" + name),
        hadoop,
        term,
        Deadline.ofCheckpoints(Duration.ofMinutes(1)));
  }

  @Override
  public void at(FaultMatrix.Point point) {
    Configuration hadoop = new Configuration();
    FaultPlan plan = FaultPlan.install(hadoop, FaultPlan.Kind.DISK);
    String name = point.toString().replace(' ', '-');
    use(hadoop, name, TERM);
    plan.fail(point.call(), point.way(), point.extent());
    try {
      use(hadoop, name, TERM);
    } catch (PalimpsestException e) {
      assertThat(e).message().endsWith(".").doesNotContain("\n");
      assertThat(e.kind()).isIn(Kind.INPUT, Kind.CLUSTER);
    }
    plan.repair();
    await()
        .atMost(Duration.ofSeconds(30))
        .ignoreException(PalimpsestException.class)
        .until(() -> isTaken(hadoop, name));
  }

  private boolean isTaken(Configuration hadoop, String name) {
    try (Lease lease = take(hadoop, name, TERM)) {
      lease.check();
      return lease.number() > 1;
    }
  }
}
