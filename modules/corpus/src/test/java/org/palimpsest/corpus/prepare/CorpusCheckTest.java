package org.palimpsest.corpus.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.CorpusForTests;
import org.palimpsest.corpus.SparkForTests;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.storage.StoredFolder;

@Tag("spark")
class CorpusCheckTest {
  private static SparkSession spark;

  @TempDir Path folder;

  @BeforeAll
  static void start() {
    spark = SparkForTests.session("local[2]");
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @Test
  void acceptsAnIntactCorpus() {
    CorpusCheck.run(spark, CorpusForTests.write(folder, 8, 4, 9, 0, 14));
  }

  @Test
  void findsAFlippedBit() throws Exception {
    Corpus corpus = CorpusForTests.write(folder, 8, 4, 9, 0, 14);
    Path lane = folder.resolve("training/lane-2.parquet");
    byte[] bytes = Files.readAllBytes(lane);
    bytes[bytes.length / 2] ^= 1;
    Files.write(lane, bytes);
    assertThatThrownBy(() -> CorpusCheck.run(spark, corpus))
        .isInstanceOfSatisfying(
            PalimpsestException.class,
            e -> assertThat(e.kind()).isEqualTo(PalimpsestException.Kind.INPUT))
        .hasMessageEndingWith(
            "training/lane-2.parquet is damaged: its size or checksum differs from the manifest.");
  }

  @Test
  void findsAWrongCountInTheManifest() {
    Corpus corpus = CorpusForTests.write(folder, 8, 4, 9, 0, 14);
    StoredFolder stored = new StoredFolder(corpus.path(), new Configuration());
    long tokens = corpus.manifest().training().tokens();
    ObjectNode wrong = stored.manifest("corpus");
    ((ObjectNode) wrong.path("training")).put("tokens", tokens + 1);
    stored.publish(wrong);
    Corpus miscounted = Corpus.open(corpus.path(), new Configuration());
    assertThatThrownBy(() -> CorpusCheck.run(spark, miscounted))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "The training split of the corpus %s has %,d tokens, but its manifest says %,d: prepare it again with --fresh."
                .formatted(corpus.path(), tokens, tokens + 1));
  }
}
