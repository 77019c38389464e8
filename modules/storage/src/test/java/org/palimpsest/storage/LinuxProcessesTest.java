package org.palimpsest.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.storage.LinuxProcesses.Life;

/** Whether the owner of a lease lives, on a machine whose {@code /proc} the tests write. */
class LinuxProcessesTest {
  private static final String HOST = "node-7";

  @TempDir Path proc;

  private LinuxProcesses linux;

  @BeforeEach
  void boot() throws IOException {
    linux = new LinuxProcesses(proc);
    Files.createDirectories(proc.resolve("sys/kernel/random"));
    Files.createDirectories(proc.resolve("self/ns"));
    Files.writeString(proc.resolve("sys/kernel/random/boot_id"), "boot-1\n");
    Files.createSymbolicLink(proc.resolve("self/ns/pid"), Path.of("pid:[4026531836]"));
    mounts("rw,nosuid");
    process(42, "S", 9000);
  }

  private void mounts(String options) throws IOException {
    Files.writeString(
        proc.resolve("self/mounts"),
        "/dev/vda / ext4 rw 0 0\nproc /proc proc " + options + " 0 0\n");
  }

  private void process(long pid, String state, long ticks) throws IOException {
    Path folder = Files.createDirectories(proc.resolve(Long.toString(pid)));
    Files.writeString(
        folder.resolve("stat"),
        pid
            + " (java (x) S) "
            + state
            + " 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 "
            + ticks
            + " 20\n");
  }

  private OwnerProcess owner(long pid, long ticks) {
    return new OwnerProcess("x", HOST, pid, 5, "boot-1", "pid:[4026531836]", ticks);
  }

  private Life life(OwnerProcess owner) {
    return owner.life(linux, HOST);
  }

  @Test
  void processThatIsThereLives() {
    assertThat(life(owner(42, 9000))).isEqualTo(Life.ALIVE);
  }

  @Test
  void processThatIsNotThereIsDead() {
    assertThat(life(owner(43, 9000))).isEqualTo(Life.DEAD);
  }

  @Test
  void processOfWhichAnotherHasTheIdIsDead() {
    assertThat(life(owner(42, 8999))).isEqualTo(Life.DEAD);
  }

  @Test
  void processInAnotherNamespaceIsNotSeen() {
    OwnerProcess other = new OwnerProcess("x", HOST, 43, 5, "boot-1", "pid:[4026532000]", 9000);
    assertThat(life(other)).isEqualTo(Life.UNKNOWN);
  }

  @Test
  void processBeforeARestartOrOnATwinIsNotSeen() {
    OwnerProcess other = new OwnerProcess("x", HOST, 43, 5, "boot-0", "pid:[4026531836]", 9000);
    assertThat(life(other)).isEqualTo(Life.UNKNOWN);
  }

  @Test
  void processOnAnotherHostIsNotSeen() {
    assertThat(owner(43, 9000).life(linux, "node-8")).isEqualTo(Life.UNKNOWN);
  }

  @Test
  void processOfAnEarlierVersionIsNotSeen() {
    assertThat(life(new OwnerProcess("x", HOST, 43, 5, null, null, 0))).isEqualTo(Life.UNKNOWN);
  }

  @Test
  void processThatEndedButWasNotAskedForMayHaveThreads() throws IOException {
    process(42, "Z", 9000);
    assertThat(life(owner(42, 9000))).isEqualTo(Life.UNKNOWN);
  }

  @Test
  void processMayBeHidden() throws IOException {
    mounts("rw,hidepid=invisible");
    assertThat(life(owner(43, 9000))).isEqualTo(Life.UNKNOWN);
  }

  @Test
  void nothingIsKnownWithoutProc() {
    LinuxProcesses none = new LinuxProcesses(proc.resolve("none"));
    assertThat(owner(42, 9000).life(none, HOST)).isEqualTo(Life.UNKNOWN);
    assertThat(none.boot()).isEmpty();
    assertThat(none.namespace()).isEmpty();
    assertThat(none.startTicks(42)).isZero();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void thisProcessLives() {
    OwnerProcess self = OwnerProcess.self("x");
    assertThat(self.boot()).isNotEmpty();
    assertThat(self.startTicks()).isPositive();
    assertThat(self.life()).isEqualTo(Life.ALIVE);
  }
}
