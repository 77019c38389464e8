package org.palimpsest.training.round;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.palimpsest.model.process.ChildJvm;
import org.palimpsest.training.exchange.Compression;

/** Rounds of more parameters than an array or an {@code int} can count. */
@Tag("torture")
class LargeRoundTest {
  /** The starts of 45,777 chunks, and the last number. */
  private static final String ALL = ": 45778, wrong: 0";

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(
      value = Compression.class,
      names = {"NONE", "INT8"})
  @Timeout(1200)
  void threeBillionParametersPassThroughASmallHeap(Compression compression) throws Exception {
    Path log = folder.resolve("log.txt");
    Process process =
        ChildJvm.of(LargeRoundRun.class, compression.name()).with("-Xmx512m").start(log);
    try {
      assertThat(process.waitFor(1100, TimeUnit.SECONDS)).as("ended").isTrue();
    } finally {
      process.destroyForcibly();
    }

    String output = Files.readString(log);
    assertThat(process.exitValue()).as(output).isZero();
    List<String> lines = output.lines().filter(line -> line.contains(" of rank ")).toList();
    assertThat(lines).as(output).hasSize(6).allMatch(line -> line.endsWith(ALL));
  }
}
