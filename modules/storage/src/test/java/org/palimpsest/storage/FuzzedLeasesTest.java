package org.palimpsest.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.model.fuzz.Fuzzer;

/** Damaged leases and manifests are read or refused, in little memory and time. */
class FuzzedLeasesTest {
  @TempDir private Path folder;

  @Test
  @Tag("slow")
  void damagedLeasesAreReadOrRefused() throws Exception {
    assertThat(Fuzzer.findings(FuzzedLeases.class, folder, Fuzzer.FEW)).isEmpty();
  }

  @Test
  @Tag("torture")
  void manyDamagedLeasesAreReadOrRefused() throws Exception {
    assertThat(Fuzzer.findings(FuzzedLeases.class, folder, Fuzzer.MANY)).isEmpty();
  }
}
