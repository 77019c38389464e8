package org.palimpsest.corpus.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.config.CorpusSettings;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.corpus.read.Generation;
import org.palimpsest.corpus.text.Icu;
import org.palimpsest.storage.StoredFolder;

/**
 * A corpus records the version of ICU that found its sentences, and additions need the same one.
 */
@Tag("spark")
class RecordedIcuTest extends PreparationCase {
  private CorpusSettings added;

  @BeforeEach
  void writeMore() throws IOException {
    Files.writeString(folder.resolve("more.txt"), "New words to learn.\n\n".repeat(60));
    added = settings("corpus", Map.of("corpus.input", folder.resolve("more.txt").toString()));
  }

  private StoredFolder stored() {
    return new StoredFolder(
        new org.apache.hadoop.fs.Path(folder.resolve("corpus").toString()), new Configuration());
  }

  /** Returns the first generation of a manifest, for changing it. */
  private static ObjectNode first(ObjectNode manifest) {
    return (ObjectNode) manifest.get("generations").get(0);
  }

  @Test
  void everyGenerationRecordsTheVersion() {
    prepare("corpus");
    Corpus corpus = Preparation.add(spark, added);
    assertThat(corpus.manifest().generations())
        .extracting(Generation::icu)
        .containsExactly(Icu.current(), Icu.current());
    assertThat(stored().manifest("corpus").at("/generations/0/icu/version").asText())
        .isEqualTo(Icu.current().version())
        .matches("\\d+\\.\\d+.*");
  }

  @Test
  void refusesAnAdditionWithAnotherVersion() {
    Corpus corpus = prepare("corpus");
    ObjectNode manifest = stored().manifest("corpus");
    first(manifest).putObject("icu").put("version", "52.1").put("unicode", "6.3");
    stored().publish(manifest);

    assertThatThrownBy(() -> Preparation.add(spark, added))
        .isInstanceOfSatisfying(
            PalimpsestException.class,
            e -> assertThat(e.kind()).isEqualTo(PalimpsestException.Kind.CONFIGURATION))
        .hasMessage(
            "The sentences of the corpus %s were found by ICU 52.1 (Unicode 6.3), but this release has %s, which may split text differently: run prepare --add with the release that prepared the corpus, or prepare all its text again with --fresh.",
            corpus.path(), Icu.current());
    // The existing corpus can still be read.
    assertThat(prepare("corpus").manifest().generations()).hasSize(1);
  }

  @Test
  void readsAndExtendsACorpusWithoutAVersion() {
    prepare("corpus");
    ObjectNode manifest = stored().manifest("corpus");
    first(manifest).remove("icu");
    stored().publish(manifest);
    assertThat(prepare("corpus").manifest().generations().get(0).recordedIcu()).isEmpty();

    Corpus grown = Preparation.add(spark, added);

    grown.verify();
    assertThat(grown.manifest().generations())
        .extracting(Generation::icu)
        .containsExactly(null, Icu.current());
    assertThat(first(stored().manifest("corpus")).has("icu")).isFalse();
  }
}
