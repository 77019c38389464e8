package org.palimpsest.corpus.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.config.CorpusSettings;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.storage.StoredFolder;

/** Invalid preparations and corpora fail with one sentence, and no data is lost. */
@Tag("spark")
class RefusedPreparationTest extends PreparationCase {
  private static void assertRefused(
      PalimpsestException.Kind kind, ThrowingCallable call, String... parts) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            PalimpsestException.class, e -> assertThat(e.kind()).isEqualTo(kind))
        .hasMessageContainingAll(parts)
        .message()
        .doesNotContain("\n");
  }

  @Test
  void refusesOtherSettingsWithoutAFreshStart() {
    prepare("corpus");
    CorpusSettings other = settings("corpus", Map.of("corpus.block-size", 16));
    assertRefused(
        PalimpsestException.Kind.CONFIGURATION,
        () -> Preparation.run(spark, other),
        "was prepared with corpus.block-size = 32, but the setting is now 16: ",
        "restore the setting, choose another corpus.path, or start over with --fresh.");
    assertThat(Preparation.fresh(spark, other).blockSize()).isEqualTo(16);
  }

  @Test
  void aFailedFreshStartLeavesTheOldCorpusIntact() throws IOException {
    prepare("corpus");
    Files.writeString(texts.resolve("empty.jsonl"), "{}\n".repeat(2000));
    assertRefused(
        PalimpsestException.Kind.INPUT,
        () -> Preparation.fresh(spark, settings("corpus", Map.of())),
        "records were rejected");
    Corpus.open(new org.apache.hadoop.fs.Path(folder + "/corpus"), new Configuration()).verify();
  }

  @Test
  void startsOverAfterAFailedPreparation() throws IOException {
    Path corpus = folder.resolve("corpus");
    Files.createDirectories(corpus.resolve("training"));
    FileTime yesterday = FileTime.from(Instant.now().minus(Duration.ofHours(25)));
    for (String name : new String[] {"training/lane-00000-dead-1.parquet", "tokenizer.json"}) {
      Files.writeString(corpus.resolve(name), "half");
      Files.setLastModifiedTime(corpus.resolve(name), yesterday);
    }
    assertRefused(
        PalimpsestException.Kind.INPUT,
        () -> Corpus.open(new org.apache.hadoop.fs.Path(corpus.toString()), new Configuration()),
        "is not a corpus: it has no manifest.json");
    prepare("corpus").verify();
    assertThat(corpus.resolve("training/lane-00000-dead-1.parquet")).doesNotExist();
    assertThat(corpus.resolve("tokenizer.json")).doesNotExist();
  }

  @Test
  void namesAMissingInput() {
    CorpusSettings missing = settings("corpus", Map.of("corpus.input", "/no/such/text"));
    assertRefused(
        PalimpsestException.Kind.INPUT,
        () -> Preparation.run(spark, missing),
        "The input /no/such/text does not exist: name a file, a folder or a glob.");
  }

  @Test
  void refusesInputWithoutDocuments() throws IOException {
    Path blank = Files.writeString(folder.resolve("blank.txt"), "\n \n\n");
    CorpusSettings empty = settings("corpus", Map.of("corpus.input", blank.toString()));
    assertRefused(
        PalimpsestException.Kind.INPUT,
        () -> Preparation.run(spark, empty),
        "has no documents: add text to it, or name another corpus.input.");
    assertThat(folder.resolve("corpus").resolve(StoredFolder.MANIFEST)).doesNotExist();
  }

  @Test
  void listsTheFieldsIfTheTextFieldIsMissing() throws IOException {
    Path lines =
        Files.writeString(
            folder.resolve("a.jsonl"), "{\"id\": 1, \"body\": \"Some words.\"}\n".repeat(9));
    CorpusSettings wrong =
        settings(
            "corpus", Map.of("corpus.input", lines.toString(), "corpus.text-field", "content"));
    assertRefused(
        PalimpsestException.Kind.INPUT,
        () -> Preparation.run(spark, wrong),
        "9 of 9 records were rejected, more than corpus.max-rejected = 0.05 allows ("
            + "no field 'content': 9, such as ",
        "a.jsonl at ",
        ", it has id, body): fix the records listed in file:",
        ", or raise corpus.max-rejected.");
  }

  @Test
  void namesAFolderThatCannotBeWritten() throws IOException {
    Files.writeString(folder.resolve("file"), "in the way");
    assertRefused(
        PalimpsestException.Kind.INPUT,
        () -> prepare("file/corpus"),
        "file/corpus cannot be created: check corpus.path and its permissions.");
  }

  @Test
  void findsAChangedManifest() throws IOException {
    Corpus corpus = prepare("corpus");
    Path manifest = folder.resolve("corpus/manifest.json");

    overwrite(
        manifest, Files.readString(manifest).replace("\"blockSize\" : 32", "\"blockSize\" : 64"));

    assertRefused(
        PalimpsestException.Kind.INPUT,
        () -> Corpus.open(corpus.path(), new Configuration()),
        "The manifest of the corpus",
        "is damaged: its checksum does not match.");
  }

  @Test
  void refusesAnotherFormatVersion() {
    Corpus corpus = prepare("corpus");
    StoredFolder stored = new StoredFolder(corpus.path(), new Configuration());

    stored.publish(stored.manifest("corpus").put("schemaVersion", 3));

    assertRefused(
        PalimpsestException.Kind.INPUT,
        () -> Corpus.open(corpus.path(), new Configuration()),
        "has format version 3, but this version of Palimpsest reads 1 and 2: use the version that"
            + " wrote it.");
  }

  @Test
  void verificationFindsADamagedLane() throws IOException {
    Corpus corpus = prepare("corpus");
    Path lane = lane(corpus);
    byte[] bytes = Files.readAllBytes(lane);
    bytes[100] ^= 1;

    overwrite(lane, bytes);

    Corpus open = Corpus.open(corpus.path(), new Configuration());
    assertRefused(PalimpsestException.Kind.INPUT, open::verify, "lane-00001", "is damaged");
  }

  @Test
  void findsAMissingLane() throws IOException {
    Corpus corpus = prepare("corpus");

    Files.delete(lane(corpus));

    assertRefused(
        PalimpsestException.Kind.INPUT,
        () -> Corpus.open(corpus.path(), new Configuration()),
        "lane-00001",
        "is missing or has another size): prepare it again with --fresh.");
  }

  private Path lane(Corpus corpus) {
    return folder
        .resolve("corpus")
        .resolve(corpus.manifest().training().lanes().get(1).file().name());
  }

  /** Replaces a file and its Hadoop checksum, which would reveal the damage first. */
  private static void overwrite(Path file, String content) throws IOException {
    overwrite(file, content.getBytes(StandardCharsets.UTF_8));
  }

  private static void overwrite(Path file, byte[] content) throws IOException {
    Files.deleteIfExists(file.resolveSibling("." + file.getFileName() + ".crc"));
    Files.write(file, content);
  }
}
