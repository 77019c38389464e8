package org.palimpsest.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.model.storage.StoredFolder;
import org.palimpsest.objective.PalimpsestException;
import org.palimpsest.objective.TokenBlock;

class PreparationTest {
  private static SparkSession spark;

  @TempDir Path folder;
  private Path texts;

  @BeforeAll
  static void start() {
    spark = SparkForTests.session("local[2]");
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @BeforeEach
  void write() throws IOException {
    texts = SmallTexts.write(folder.resolve("texts"));
  }

  private CorpusSettings settings(String path, Map<String, Object> more) {
    Map<String, Object> values = new HashMap<>(SmallTexts.SETTINGS);
    values.put("corpus.path", folder.resolve(path).toString());
    values.put("corpus.input", texts.toString());
    values.putAll(more);
    return CorpusSettings.from(ConfigFactory.parseMap(values));
  }

  private Corpus prepare(String path) {
    return Preparation.run(spark, settings(path, Map.of()));
  }

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
  void theManifestCountsWhatTheLanesHold() {
    Corpus corpus = prepare("corpus");
    corpus.verify();
    Manifest manifest = corpus.manifest();
    assertThat(manifest.training().documents() + manifest.validation().documents())
        .isEqualTo(SmallTexts.DOCUMENTS);
    assertThat(manifest.validation().documents()).isBetween(10L, 70L);
    for (Part part : List.of(corpus.training(), corpus.validation())) {
      long tokens = 0;
      long blocks = 0;
      try (BlockReader reader = part.asStored()) {
        while (reader.hasNext()) {
          tokens += reader.next().block().length();
          blocks++;
        }
      }
      assertThat(tokens).isEqualTo(part.tokens());
      assertThat(blocks).isEqualTo(part.blocks());
    }
    Manifest.PartEntry training = manifest.training();
    assertThat(training.blockLengths().stream().mapToLong(Manifest.LengthClass::blocks).sum())
        .isEqualTo(training.blocks());
    assertThat(manifest.rejected()).containsExactlyEntriesOf(Map.of("not UTF-8", 1L));
    assertThat(corpus.vocabulary().size()).isEqualTo(manifest.vocabularySize()).isEqualTo(400);
  }

  @Test
  void everyDocumentIsInTheCorpusOnce() {
    Corpus corpus = prepare("corpus");
    List<String> found = new ArrayList<>();
    for (Part part : List.of(corpus.training(), corpus.validation())) {
      StringBuilder text = new StringBuilder();
      int lane = -1;
      try (BlockReader reader = part.asStored()) {
        while (reader.hasNext()) {
          TokenBlock block = reader.next().block();
          int of = (int) (block.id() % part.lanes());
          boolean begins = block.documentStarts().length > 0 && block.documentStarts()[0] == 0;
          text.append(of != lane || begins ? "</s>" : "");
          lane = of;
          text.append(corpus.tokenizer().show(block.tokens()));
        }
      }
      Stream.of(text.toString().split("</s>")).filter(t -> !t.isEmpty()).forEach(found::add);
    }
    assertThat(found).containsExactlyInAnyOrderElementsOf(SmallTexts.documents());
  }

  @Test
  void rejectedRecordsAreListed() throws IOException {
    Corpus corpus = prepare("corpus");
    Path list = folder.resolve("corpus").resolve(corpus.manifest().rejectedFiles().get(0).name());
    JsonNode record = new ObjectMapper().readTree(Files.readString(list));
    assertThat(record.path("source").asText()).isEqualTo("texts/sub/bad.txt");
    assertThat(record.path("offset").asText()).isEqualTo("6");
    assertThat(record.path("reason").asText()).isEqualTo("not UTF-8");
  }

  @Test
  void aPreparedCorpusIsOpenedAgain() throws IOException {
    prepare("corpus");
    byte[] manifest = Files.readAllBytes(folder.resolve("corpus/manifest.json"));
    Files.move(texts, folder.resolve("gone"));
    prepare("corpus");
    assertThat(Files.readAllBytes(folder.resolve("corpus/manifest.json"))).isEqualTo(manifest);
  }

  @Test
  void otherSettingsAreRefusedUnlessAFreshStartIsWanted() {
    prepare("corpus");
    CorpusSettings other = settings("corpus", Map.of("corpus.block-size", 16));
    assertRefused(
        PalimpsestException.Kind.CONFIGURATION,
        () -> Preparation.run(spark, other),
        "was prepared with another corpus.block-size (32, now 16)",
        "choose another corpus.path, or start over with --fresh.");
    assertThat(Preparation.fresh(spark, other).blockSize()).isEqualTo(16);
  }

  @Test
  void aFreshStartLeavesNothingOfTheOldCorpus() throws IOException {
    prepare("corpus");
    Corpus fresh = Preparation.fresh(spark, settings("corpus", Map.of("seed", 8)));
    fresh.verify();
    try (Stream<Path> files = Files.list(folder.resolve("corpus/training"))) {
      assertThat(files.filter(file -> file.toString().endsWith(".parquet")))
          .hasSize(fresh.training().lanes());
    }
  }

  @Test
  void aFailedFreshStartLeavesTheOldCorpusWhole() throws IOException {
    prepare("corpus");
    Files.writeString(texts.resolve("empty.jsonl"), "{}\n".repeat(2000));
    assertRefused(
        PalimpsestException.Kind.INPUT,
        () -> Preparation.fresh(spark, settings("corpus", Map.of())),
        "records were rejected");
    Corpus.open(new org.apache.hadoop.fs.Path(folder + "/corpus"), new Configuration()).verify();
  }

  @Test
  void aRunThatDiedIsStartedOver() throws IOException {
    Path corpus = folder.resolve("corpus");
    Files.createDirectories(corpus.resolve("training"));
    Files.writeString(corpus.resolve("training/lane-00000-dead-1.parquet"), "half");
    Files.writeString(corpus.resolve("tokenizer.json"), "half");
    assertRefused(
        PalimpsestException.Kind.INPUT,
        () -> Corpus.open(new org.apache.hadoop.fs.Path(corpus.toString()), new Configuration()),
        "is no corpus: it has no manifest.json");
    prepare("corpus").verify();
    assertThat(corpus.resolve("training/lane-00000-dead-1.parquet")).doesNotExist();
    assertThat(corpus.resolve("tokenizer.json")).doesNotExist();
  }

  @Test
  void aTokenizerMayBeGivenAsTheFolderThatHasIt() throws IOException {
    TokenizerFile trained = prepare("corpus").tokenizerFile();
    Map<String, Object> given = Map.of("tokenizer.path", folder.resolve("corpus").toString());
    Corpus second = Preparation.run(spark, settings("second", given));
    assertThat(second.tokenizerFile().sha256()).isEqualTo(trained.sha256());
    Path model = Files.createDirectories(folder.resolve("model"));
    Files.write(model.resolve("tokenizer.json"), trained.json());
    Corpus third =
        Preparation.run(spark, settings("second", Map.of("tokenizer.path", model.toString())));
    assertThat(third.manifest()).isEqualTo(second.manifest());
  }

  @Test
  void aMissingInputIsNamed() {
    CorpusSettings missing = settings("corpus", Map.of("corpus.input", "/no/such/text"));
    assertRefused(
        PalimpsestException.Kind.INPUT,
        () -> Preparation.run(spark, missing),
        "The input /no/such/text does not exist: give a file, a folder or a glob of them.");
  }

  @Test
  void anInputWithoutDocumentsIsRefused() throws IOException {
    Path blank = Files.writeString(folder.resolve("blank.txt"), "\n \n\n");
    CorpusSettings empty = settings("corpus", Map.of("corpus.input", blank.toString()));
    assertRefused(
        PalimpsestException.Kind.INPUT,
        () -> Preparation.run(spark, empty),
        "has no documents: give text.");
    assertThat(folder.resolve("corpus").resolve(StoredFolder.MANIFEST)).doesNotExist();
  }

  @Test
  void aWrongTextFieldNamesThoseThatAreThere() throws IOException {
    Path lines =
        Files.writeString(
            folder.resolve("a.jsonl"), "{\"id\": 1, \"body\": \"Some words.\"}\n".repeat(9));
    CorpusSettings wrong =
        settings(
            "corpus", Map.of("corpus.input", lines.toString(), "corpus.text-field", "content"));
    assertRefused(
        PalimpsestException.Kind.INPUT,
        () -> Preparation.run(spark, wrong),
        "9 of 9 records were rejected, more than corpus.max-rejected = 0.05 allows: "
            + "no field 'content': 9 (as ",
        "a.jsonl at ",
        ", it has id, body)",
        "(all are named in file:");
  }

  @Test
  void damageIsFound() throws IOException {
    Corpus corpus = prepare("corpus");
    Path manifest = folder.resolve("corpus/manifest.json");
    String good = Files.readString(manifest);
    org.apache.hadoop.fs.Path path = corpus.path();

    overwrite(manifest, good.replace("\"blockSize\" : 32", "\"blockSize\" : 64"));
    assertRefused(
        PalimpsestException.Kind.INPUT,
        () -> Corpus.open(path, new Configuration()),
        "The manifest of the corpus",
        "is damaged: its checksum does not fit.");

    StoredFolder stored = new StoredFolder(path, new Configuration());
    overwrite(manifest, good);
    ObjectNode later = stored.manifest("corpus").put("schemaVersion", 2);
    stored.publish(later);
    assertRefused(
        PalimpsestException.Kind.INPUT,
        () -> Corpus.open(path, new Configuration()),
        "has format version 2 and this program reads version 1: prepare it again.");

    overwrite(manifest, good);
    Path lane =
        folder.resolve("corpus").resolve(corpus.manifest().training().lanes().get(1).file().name());
    byte[] bytes = Files.readAllBytes(lane);
    bytes[100] ^= 1;
    overwrite(lane, bytes);
    Corpus open = Corpus.open(path, new Configuration());
    assertRefused(PalimpsestException.Kind.INPUT, open::verify, "lane-00001", "is damaged");
    Files.delete(lane);
    assertRefused(
        PalimpsestException.Kind.INPUT,
        () -> Corpus.open(path, new Configuration()),
        "lane-00001",
        "is missing or has another size, so prepare it again with --fresh.");
  }

  /** Hadoop's own checksum beside the file would find the damage before we do. */
  private static void overwrite(Path file, String content) throws IOException {
    overwrite(file, content.getBytes(StandardCharsets.UTF_8));
  }

  private static void overwrite(Path file, byte[] content) throws IOException {
    Files.deleteIfExists(file.resolveSibling("." + file.getFileName() + ".crc"));
    Files.write(file, content);
  }

  @Test
  void aGivenTokenizerIsUsed() throws IOException {
    Path given = folder.resolve("given.json");
    Files.write(given, CorpusForTests.tokenizer().json());
    CorpusSettings settings = settings("corpus", Map.of("tokenizer.path", given.toString()));
    Corpus corpus = Preparation.run(spark, settings);
    assertThat(corpus.tokenizerFile().sha256()).isEqualTo(CorpusForTests.tokenizer().sha256());
    Preparation.run(spark, settings);
  }

  @Test
  void aFolderThatCannotBeWrittenIsNamed() throws IOException {
    Files.writeString(folder.resolve("file"), "in the way");
    assertRefused(
        PalimpsestException.Kind.INPUT,
        () -> prepare("file/corpus"),
        "file/corpus cannot be made: check corpus.path and who may write there.");
  }
}
