package org.palimpsest.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.PalimpsestException.Kind;
import org.palimpsest.storage.FaultPlan.Extent;
import org.palimpsest.storage.FaultPlan.Way;

/** Leases on a file system that fails. */
@Timeout(120)
class LeaseFaultsTest {
  private static final Duration TERM = Duration.ofMinutes(1);

  @TempDir Path disk;

  private final Configuration hadoop = new Configuration();
  private FaultPlan plan;

  @BeforeEach
  void install() {
    plan = FaultPlan.install(hadoop, FaultPlan.Kind.DISK);
  }

  private Lease take(Duration timeout) {
    return Lease.take(
        new org.apache.hadoop.fs.Path("faulty:" + disk),
        hadoop,
        TERM,
        Deadline.ofCheckpoints(timeout));
  }

  private Lease take() {
    return take(Duration.ofMinutes(1));
  }

  private void failEvery(String call, Way way) {
    plan.count(made -> made.startsWith(call));
    plan.fail(1, way, Extent.FROM_THEN_ON);
  }

  @Test
  void aLeaseOfWhichOnlyTheReplyWasLostIsTaken() {
    plan.count("close lease-00000001.json"::equals);
    plan.fail(1, Way.LOST_REPLY, Extent.ONCE);
    try (Lease lease = take()) {
      lease.check();
    }
  }

  @Test
  void fullDiskIsToldAndLeavesNoLease() {
    failEvery("write lease", Way.FS_ERROR);
    assertThatThrownBy(this::take)
        .isInstanceOf(PalimpsestException.class)
        .hasMessageEndingWith("lease-00000001.json cannot be written: No space left on device.")
        .extracting(e -> ((PalimpsestException) e).kind())
        .isEqualTo(Kind.CLUSTER);
    assertThat(disk.resolve("lease-00000001.json")).doesNotExist();
    plan.repair();
    take().close();
  }

  /** Whoever frees a full disk needs a lease for it. */
  @Test
  void oldLeasesMakeRoomOnAFullDisk() {
    for (int i = 0; i < 4; i++) {
      take().close();
    }
    plan.count(
        call ->
            call.equals("write lease-00000005.json")
                && Files.exists(disk.resolve("lease-00000001.json")));
    plan.fail(1, Way.FS_ERROR, Extent.FROM_THEN_ON);
    try (Lease lease = take()) {
      assertThat(lease.number()).isEqualTo(5);
    }
    assertThat(disk.resolve("lease-00000003.json")).doesNotExist();
    assertThat(disk.resolve("lease-00000004.json")).exists();
  }

  @ParameterizedTest
  @EnumSource(names = {"FS_ERROR", "IO_EXCEPTION"})
  void aLeaseThatCouldNotBeReleasedIsFreeInThisProcess(Way way) {
    Lease held = take();
    failEvery("create lease", way);
    held.close();
    plan.repair();
    assertThat(disk.resolve("lease-00000001.json")).content().contains("\"isReleased\":false");
    try (Lease next = take()) {
      assertThat(next.number()).isEqualTo(2);
    }
  }

  @Test
  void oldLeasesMakeRoomForARelease() {
    take().close();
    Lease held = take();
    plan.count(
        call ->
            call.startsWith("write lease-00000002.json")
                && Files.exists(disk.resolve("lease-00000001.json")));
    plan.fail(1, Way.FS_ERROR, Extent.FROM_THEN_ON);
    held.close();
    assertThat(disk.resolve("lease-00000002.json")).content().contains("\"isReleased\":true");
    assertThat(disk.resolve("lease-00000001.json")).doesNotExist();
  }

  @ParameterizedTest
  @EnumSource(names = {"ACCESS_DENIED", "DENIED_AS_NOT_FOUND", "IO_EXCEPTION"})
  void aLeaseThatCannotBeReadIsNotTaken(Way way) {
    Lease held = take();
    failEvery("open lease", way);
    assertThatThrownBy(this::take)
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("lease-00000001.json cannot be read: ");
    plan.repair();
    held.check();
    held.close();
  }

  @ParameterizedTest
  @EnumSource(names = {"ACCESS_DENIED", "DENIED_AS_NOT_FOUND", "IO_EXCEPTION"})
  void leasesThatCannotBeListedAreNotIgnored(Way way) {
    Lease held = take();
    failEvery("list", way);
    assertThatThrownBy(this::take).hasMessageContaining(" cannot be listed: ");
    assertThatThrownBy(held::check).hasMessageContaining(" cannot be listed: ");
    plan.repair();
    held.close();
  }

  @Test
  void oldLeasesThatCannotBeDeletedStay() {
    for (int i = 0; i < 8; i++) {
      take().close();
    }
    failEvery("delete", Way.IO_EXCEPTION);
    try (Lease lease = take()) {
      lease.check();
    }
    assertThat(disk.resolve("lease-00000001.json")).exists();
  }

  @Test
  void noWaitIsEndless() {
    Lease lease = take(Duration.ofMillis(300));
    failEvery("", Way.HANG);
    assertThatThrownBy(lease::check)
        .hasMessageContaining(" did not list the leases of faulty:")
        .hasMessageContaining(" within 0.3 s: ");
    assertThatThrownBy(() -> lease.goOnFrom(3))
        .hasMessageContaining(" did not write the lease of ");
    assertThatThrownBy(() -> take(Duration.ofMillis(300)))
        .hasMessageContaining(" did not read the leases of ");
    lease.close();
  }

  @Test
  void faultsLeaveALeaseThatSomeoneCanTake() throws Exception {
    LeaseFaults faults = new LeaseFaults(disk);
    List<FaultMatrix.Point> points = new FaultMatrix(faults.calls()).everyNthQuickly(3);
    assertThat(points).hasSizeGreaterThan(50);
    FaultMatrix.test(points, faults);
  }
}
