package org.palimpsest.corpus.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.FaultyFileSystem;
import org.palimpsest.corpus.FaultyFileSystem.Fault;
import org.palimpsest.corpus.SmallTexts;
import org.palimpsest.corpus.SparkForTests;
import org.palimpsest.corpus.config.CorpusSettings;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.corpus.spark.Failures;

/** Faults of file systems: one sentence, no corpus, and the next run succeeds. */
@Tag("spark")
class FaultsTest {
  private static SparkSession spark;

  @TempDir Path folder;
  private Path texts;

  @BeforeAll
  static void start() {
    spark = SparkForTests.session("local[2]");
    FaultyFileSystem.register(spark.sparkContext().hadoopConfiguration());
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @BeforeEach
  void write() throws IOException {
    texts = SmallTexts.write(folder.resolve("texts"));
  }

  @AfterEach
  void removeFaults() {
    FaultyFileSystem.fail(Fault.NONE);
  }

  /** A lease that could not be given back, because the disk was full, ends after seconds. */
  private Corpus prepare(String input, String corpus) {
    return Preparation.run(spark, SmallTexts.settings(input, corpus, Map.of("corpus.lease", "3s")));
  }

  private String faulty(String name) {
    return "faulty:" + folder.resolve(name);
  }

  private void assertFailsWithOneSentence(String input, String corpus, String... parts) {
    assertFailsWithOneSentence(PalimpsestException.Kind.INPUT, input, corpus, parts);
  }

  private void assertFailsWithOneSentence(
      PalimpsestException.Kind kind, String input, String corpus, String... parts) {
    assertThatThrownBy(() -> prepare(input, corpus))
        .isInstanceOfSatisfying(
            PalimpsestException.class, e -> assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind))
        .hasMessageContainingAll(parts)
        .message()
        .doesNotContain("\n")
        .endsWith(".")
        .doesNotContain("..");
    assertThat(folder.resolve("corpus/manifest.json")).doesNotExist();
  }

  @Test
  void reportsAFullDiskAndTheNextRunFinishes() {
    FaultyFileSystem.leave(8000);
    assertFailsWithOneSentence(
        PalimpsestException.Kind.CLUSTER,
        texts.toString(),
        faulty("corpus"),
        "corpus/training/lane-0000",
        "cannot be written: No space left on device.");
    FaultyFileSystem.fail(Fault.NONE);
    // The lease could not be given back on the full disk, so it first has to expire.
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptions()
        .untilAsserted(() -> prepare(texts.toString(), faulty("corpus")).verify());
  }

  @Test
  void aFailedManifestLeavesNoCorpus() {
    FaultyFileSystem.fail(Fault.NO_MANIFEST);
    assertThatThrownBy(() -> prepare(texts.toString(), faulty("corpus")))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageEndingWith("corpus/manifest.json cannot be written: Quota exceeded.");
    assertThat(folder.resolve("corpus/manifest.json")).doesNotExist();
    FaultyFileSystem.fail(Fault.NONE);
    prepare(texts.toString(), faulty("corpus")).verify();
  }

  /** On an object store, which overwrites the manifest, and on a disk, which renames it. */
  @ParameterizedTest
  @ValueSource(strings = {"faulty:", "file:"})
  void aFreshStartThatEndsBeforeItsManifestLeavesTheOldCorpusWhole(String scheme)
      throws IOException {
    String path = scheme + folder.resolve("corpus");
    Corpus before = prepare(texts.toString(), path);
    CorpusSettings other =
        SmallTexts.settings(
            texts,
            path,
            Map.of("tokenizer.train.size", 300, "seed", 8, "corpus.keep-replaced", "0s"));
    FaultyFileSystem.fail(Fault.MANIFEST_REFUSED);
    Path inTheWay = Files.createDirectories(folder.resolve("corpus/manifest.json.next/taken"));
    assertThatThrownBy(() -> Preparation.fresh(spark, other))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("corpus/manifest.json")
        .hasMessageContaining(" cannot be written: ");
    FaultyFileSystem.fail(Fault.NONE);
    Files.delete(inTheWay);
    Files.delete(inTheWay.getParent());

    assertThat(tokenizers()).as("old and new tokenizer").hasSize(2);
    Corpus after = Corpus.open(before.path(), spark.sparkContext().hadoopConfiguration());
    after.verify();
    CorpusCheck.run(spark, after);
    assertThat(after.manifest()).isEqualTo(before.manifest());
    assertThat(after.tokenizer().vocabulary().size()).isEqualTo(400);
    assertThat(after.training().block(0).block()).isEqualTo(before.training().block(0).block());

    Corpus fresh = Preparation.fresh(spark, other);
    fresh.verify();
    assertThat(fresh.tokenizer().vocabulary().size()).isEqualTo(300);
    assertThat(tokenizers()).containsExactly(fresh.manifest().tokenizer().name());
  }

  private List<String> tokenizers() {
    return Stream.of(folder.resolve("corpus").toFile().list())
        .filter(name -> name.startsWith("tokenizer"))
        .toList();
  }

  @Test
  void namesAReadOnlyFolder() {
    FaultyFileSystem.fail(Fault.READ_ONLY);
    assertFailsWithOneSentence(
        texts.toString(),
        faulty("corpus"),
        "The folder faulty:",
        "corpus cannot be created: check corpus.path and its permissions.");
  }

  @Test
  void namesAnUnreadableFile() {
    FaultyFileSystem.fail(Fault.UNREADABLE);
    assertFailsWithOneSentence(
        faulty("texts/a.txt"),
        folder.resolve("corpus").toString(),
        "The file faulty:",
        "cannot be read: Permission denied: user=me, access=READ.");
  }

  @Test
  void doesNotMistakeABrokenConnectionForDamage() throws IOException {
    SmallTexts.writeRecords(texts);
    FaultyFileSystem.fail(Fault.BROKEN_READS);
    for (String name :
        new String[] {"texts/a.txt", "texts/d.txt.gz", "texts/c.jsonl", "texts/c.parquet"}) {
      assertFailsWithOneSentence(
          faulty(name),
          folder.resolve("corpus").toString(),
          "The file faulty:",
          name + " cannot be read: Connection reset.");
    }
  }

  @Test
  void reportsMissingCredentials() {
    FaultyFileSystem.fail(Fault.NO_CREDENTIALS);
    assertFailsWithOneSentence(
        "faulty:/bucket/texts",
        folder.resolve("corpus").toString(),
        "The input faulty:/bucket/texts cannot be read: bucket: No AWS Credentials provided by");
    assertFailsWithOneSentence(
        texts.toString(),
        "faulty:/bucket/corpus",
        "The file system of faulty:/bucket/corpus cannot be reached: bucket: No AWS Credentials");
  }

  @Test
  void reportsAnUnknownScheme() {
    assertFailsWithOneSentence(
        "s4://bucket/texts",
        folder.resolve("corpus").toString(),
        "The input s4://bucket/texts cannot be read: No FileSystem for scheme \"s4\".");
  }

  @Test
  void reportsAFullLocalDisk() {
    PalimpsestException told =
        Failures.of(
            "Write lanes",
            new IllegalStateException("Job aborted", new IOException("No space left on device")));
    assertThat(told)
        .hasMessage(
            "The step \"Write lanes\" failed (No space left on device): free disk space, or set"
                + " spark.local.dir to a larger disk.");
    assertThat(told.kind()).isEqualTo(PalimpsestException.Kind.CLUSTER);
  }
}
