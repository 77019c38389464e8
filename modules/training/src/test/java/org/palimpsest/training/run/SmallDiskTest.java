package org.palimpsest.training.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.model.process.ChildJvm;

/** A run on a real disk that becomes full, and then read-only: a tmpfs with a size. */
@Tag("torture")
class SmallDiskTest {
  @TempDir Path folder;

  /** Containers and some kernels do not let a user mount, even in a namespace of its own. */
  @BeforeEach
  void needsNamespaces() throws Exception {
    Path disk = Files.createDirectory(folder.resolve("tried"));
    assumeTrue(
        succeeds(List.of("unshare", "-rm", "mount", "-t", "tmpfs", "tmpfs", disk.toString())),
        "This machine does not let a process mount a disk in a namespace of its own.");
  }

  private static boolean succeeds(List<String> command) throws InterruptedException {
    try {
      return new ProcessBuilder(command).start().waitFor() == 0;
    } catch (IOException e) {
      return false; // There is no such program.
    }
  }

  @Test
  @Timeout(300)
  void aFullDiskAndAReadOnlyDiskCostNothing() throws Exception {
    Path disk = Files.createDirectory(folder.resolve("disk"));
    Path log = folder.resolve("log.txt");
    Process process =
        ChildJvm.of(SmallDiskRun.class, disk.toString())
            .with("-Xmx512m", "-XX:TieredStopAtLevel=1")
            .after(
                "unshare",
                "-rm",
                "sh",
                "-c",
                "mount -t tmpfs -o size=4m tmpfs \"$0\" && exec \"$@\"",
                disk.toString())
            .start(log);
    assertThat(process.waitFor(280, TimeUnit.SECONDS)).as("ended").isTrue();
    String output = Files.readString(log);
    assertThat(process.exitValue()).as(output).isZero();
    List<String> phases = output.lines().filter(line -> line.matches("[a-z-]+: .*")).toList();
    assertThat(phases).as(output).hasSize(5);
    assertThat(phases.get(0)).isEqualTo("begun: step 20");
    assertThat(phases.get(1))
        .matches("full: [2-5]0, CLUSTER, The run stopped, .*No space left on device\\.");
    assertThat(phases.get(2)).isEqualTo("repaired: step 60");
    assertThat(phases.get(3))
        .matches("read-only: 60, (INPUT|CLUSTER), .*Read-only file system\\.?.*");
    assertThat(phases.get(4)).isEqualTo("writable: step 100");
  }
}
