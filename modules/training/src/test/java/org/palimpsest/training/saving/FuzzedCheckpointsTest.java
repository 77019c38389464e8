package org.palimpsest.training.saving;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.model.fuzz.Fuzzer;

/** Damaged checkpoints are read or refused, in little memory and time. */
class FuzzedCheckpointsTest {
  @TempDir private Path folder;

  @Test
  @Tag("slow")
  void damagedCheckpointsAreReadOrRefused() throws Exception {
    assertThat(Fuzzer.findings(FuzzedCheckpoints.class, folder, Fuzzer.FEW)).isEmpty();
  }

  @Test
  @Tag("torture")
  void manyDamagedCheckpointsAreReadOrRefused() throws Exception {
    assertThat(Fuzzer.findings(FuzzedCheckpoints.class, folder, Fuzzer.MANY)).isEmpty();
  }
}
