package org.palimpsest.dl4j.spark.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.model.fuzz.Fuzzer;

/** Damaged batches are read or refused, in little memory and time. */
class FuzzedBatchesTest {
  @TempDir private Path folder;

  @Test
  @Tag("slow")
  void damagedBatchesAreReadOrRefused() throws Exception {
    assertThat(Fuzzer.findings(FuzzedBatches.class, folder, Fuzzer.FEW)).isEmpty();
  }

  @Test
  @Tag("torture")
  void manyDamagedBatchesAreReadOrRefused() throws Exception {
    assertThat(Fuzzer.findings(FuzzedBatches.class, folder, Fuzzer.MANY)).isEmpty();
  }
}
