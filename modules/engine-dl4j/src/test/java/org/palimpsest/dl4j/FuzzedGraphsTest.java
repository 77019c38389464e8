package org.palimpsest.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.model.fuzz.Fuzzer;

/** Damaged graphs are read or refused, in little memory and time. */
class FuzzedGraphsTest {
  @TempDir private Path folder;

  @Test
  @Tag("slow")
  void damagedGraphsAreReadOrRefused() throws Exception {
    assertThat(Fuzzer.findings(FuzzedGraphs.class, folder, Fuzzer.FEW)).isEmpty();
  }

  @Test
  @Tag("torture")
  void manyDamagedGraphsAreReadOrRefused() throws Exception {
    assertThat(Fuzzer.findings(FuzzedGraphs.class, folder, Fuzzer.MANY)).isEmpty();
  }
}
