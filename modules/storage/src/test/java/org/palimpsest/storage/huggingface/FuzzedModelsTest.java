package org.palimpsest.storage.huggingface;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.model.fuzz.Fuzzer;

/** Damaged model folders are read or refused, in little memory and time. */
class FuzzedModelsTest {
  @TempDir private Path folder;

  @Test
  @Tag("slow")
  void damagedModelsAreReadOrRefused() throws Exception {
    assertThat(Fuzzer.findings(FuzzedModels.class, folder, Fuzzer.FEW)).isEmpty();
  }

  @Test
  @Tag("torture")
  void manyDamagedModelsAreReadOrRefused() throws Exception {
    assertThat(Fuzzer.findings(FuzzedModels.class, folder, Fuzzer.MANY)).isEmpty();
  }
}
