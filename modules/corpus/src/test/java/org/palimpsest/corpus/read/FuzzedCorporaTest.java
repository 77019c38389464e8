package org.palimpsest.corpus.read;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.model.fuzz.Fuzzer;

/** Damaged corpora are read or refused, in little memory and time. */
class FuzzedCorporaTest {
  @TempDir private Path folder;

  @Test
  @Tag("slow")
  void damagedCorporaAreReadOrRefused() throws Exception {
    assertThat(Fuzzer.findings(FuzzedCorpora.class, folder, Fuzzer.FEW)).isEmpty();
  }

  @Test
  @Tag("torture")
  void manyDamagedCorporaAreReadOrRefused() throws Exception {
    assertThat(Fuzzer.findings(FuzzedCorpora.class, folder, Fuzzer.MANY)).isEmpty();
  }
}
