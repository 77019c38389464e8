package org.palimpsest.training.saving;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.model.process.ChildJvm;

/** Moments of more parameters than an array or an {@code int} can count. */
@Tag("torture")
class LargeMomentsTest {
  @TempDir private Path folder;

  @Test
  @Timeout(900)
  void theMeanOfTwoWorkersPassesThroughASmallHeap() throws Exception {
    Path log = folder.resolve("log.txt");
    Process process =
        ChildJvm.of(LargeMomentsRun.class, folder.toString()).with("-Xmx512m").start(log);
    try {
      assertThat(process.waitFor(800, TimeUnit.SECONDS)).as("ended").isTrue();
    } finally {
      process.destroyForcibly();
    }

    String output = Files.readString(log);
    assertThat(process.exitValue()).as(output).isZero();
    assertThat(output.lines().filter(line -> line.matches("\\w+: \\d+")))
        .containsExactly("bytes: 12000000004", "numbers: 45778", "right: 45778", "updates: 5");
  }
}
