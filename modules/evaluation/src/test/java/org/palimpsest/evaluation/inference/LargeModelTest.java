package org.palimpsest.evaluation.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.model.process.ChildJvm;

/** A model with more numbers than an array or an {@code int} can count. */
@Tag("torture")
class LargeModelTest {
  private static final long TEMPORARY_BYTES = 14L << 30;

  @TempDir private Path folder;

  @Test
  @Timeout(1800)
  void threeBillionParametersPassThroughASmallHeap() throws Exception {
    assumeTrue(
        folder.toFile().getUsableSpace() > TEMPORARY_BYTES,
        "The export needs a temporary file of 12 GB, for which this disk has no room.");
    Path log = folder.resolve("log.txt");
    Process process =
        ChildJvm.of(LargeModelRun.class, folder.toString())
            .with("-Xmx512m", "-Djava.io.tmpdir=" + folder)
            .start(log);
    assertThat(process.waitFor(1700, TimeUnit.SECONDS)).as("ended").isTrue();

    String output = Files.readString(log);
    assertThat(process.exitValue()).as(output).isZero();
    List<String> lines = output.lines().filter(line -> line.matches("[a-zA-Z ]+: \\d.*")).toList();
    assertThat(lines).as(output).hasSize(5);
    long size = number(lines.get(0));
    assertThat(size).isGreaterThan(3_000_000_000L);
    assertThat(number(lines.get(1))).as("verified").isEqualTo(size);
    assertThat(number(lines.get(2))).as("exported").isEqualTo(size);
    assertThat(lines.get(3)).isEqualTo("read: " + size + ", wrong: 0");
    assertThat(number(lines.get(4))).as("resident MB").isLessThan(4000);
  }

  private static long number(String line) {
    return Long.parseLong(line.replaceAll(".*: ", ""));
  }
}
