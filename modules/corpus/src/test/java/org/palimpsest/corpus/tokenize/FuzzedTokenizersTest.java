package org.palimpsest.corpus.tokenize;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.model.fuzz.Fuzzer;

/** Damaged tokenizers are read or refused, in little memory and time. */
class FuzzedTokenizersTest {
  @TempDir private Path folder;

  @Test
  @Tag("slow")
  void damagedTokenizersAreReadOrRefused() throws Exception {
    assertThat(Fuzzer.findings(FuzzedTokenizers.class, folder, Fuzzer.FEW)).isEmpty();
  }

  @Test
  @Tag("torture")
  void manyDamagedTokenizersAreReadOrRefused() throws Exception {
    assertThat(Fuzzer.findings(FuzzedTokenizers.class, folder, Fuzzer.MANY)).isEmpty();
  }
}
