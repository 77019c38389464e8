package org.palimpsest.evaluation.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.model.fuzz.Fuzzer;

/** Models with a damaged recipe are read or refused, in little memory and time. */
class FuzzedTrainedModelsTest {
  @TempDir private Path folder;

  @Test
  @Tag("slow")
  void damagedModelsAreReadOrRefused() throws Exception {
    assertThat(Fuzzer.findings(FuzzedTrainedModels.class, folder, Fuzzer.FEW)).isEmpty();
  }

  @Test
  @Tag("torture")
  void manyDamagedModelsAreReadOrRefused() throws Exception {
    assertThat(Fuzzer.findings(FuzzedTrainedModels.class, folder, Fuzzer.MANY)).isEmpty();
  }
}
