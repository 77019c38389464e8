package org.palimpsest.tasks.finetuning;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.model.fuzz.Fuzzer;

/** Damaged pairs are read or refused, in little memory and time. */
class FuzzedPairsTest {
  @TempDir private Path folder;

  @Test
  @Tag("slow")
  void damagedPairsAreReadOrRefused() throws Exception {
    assertThat(Fuzzer.findings(FuzzedPairs.class, folder, Fuzzer.FEW)).isEmpty();
  }

  @Test
  @Tag("torture")
  void manyDamagedPairsAreReadOrRefused() throws Exception {
    assertThat(Fuzzer.findings(FuzzedPairs.class, folder, Fuzzer.MANY)).isEmpty();
  }
}
