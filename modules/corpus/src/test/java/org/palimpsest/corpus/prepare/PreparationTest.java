package org.palimpsest.corpus.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.palimpsest.corpus.CorpusForTests;
import org.palimpsest.corpus.SmallTexts;
import org.palimpsest.corpus.config.CorpusSettings;
import org.palimpsest.corpus.read.BlockReader;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.corpus.read.CorpusSplit;
import org.palimpsest.corpus.read.Manifest;
import org.palimpsest.corpus.tokenize.Tokenizer;
import org.palimpsest.corpus.tokenize.TokenizerFile;
import org.palimpsest.objective.TokenBlock;

/** The result of a preparation. */
@Tag("spark")
class PreparationTest extends PreparationCase {
  @Test
  void manifestCountsMatchTheLanes() {
    Corpus corpus = prepare("corpus");
    corpus.verify();
    Manifest manifest = corpus.manifest();
    assertThat(manifest.training().documents() + manifest.validation().documents())
        .isEqualTo(SmallTexts.DOCUMENTS);
    assertThat(manifest.validation().documents()).isBetween(10L, 70L);
    for (CorpusSplit split : List.of(corpus.training(), corpus.validation())) {
      long tokens = 0;
      long blocks = 0;
      try (BlockReader reader = split.asStored()) {
        while (reader.hasNext()) {
          tokens += reader.next().block().length();
          blocks++;
        }
      }
      Manifest.SplitEntry entry =
          split.name().equals("training") ? manifest.training() : manifest.validation();
      assertThat(tokens).isEqualTo(entry.tokens());
      assertThat(blocks).isEqualTo(split.blocks());
    }
    Manifest.SplitEntry training = manifest.training();
    assertThat(training.blockLengths().stream().mapToLong(Manifest.LengthClass::blocks).sum())
        .isEqualTo(training.blocks());
    assertThat(manifest.rejected()).containsExactlyEntriesOf(Map.of("not UTF-8", 1L));
    assertThat(corpus.vocabulary().size()).isEqualTo(manifest.vocabularySize()).isEqualTo(400);
  }

  @Test
  void everyDocumentIsInTheCorpusOnce() {
    Corpus corpus = prepare("corpus");
    List<String> found = new ArrayList<>();
    for (CorpusSplit split : List.of(corpus.training(), corpus.validation())) {
      StringBuilder text = new StringBuilder();
      int lane = -1;
      try (BlockReader reader = split.asStored()) {
        while (reader.hasNext()) {
          TokenBlock block = reader.next().block();
          int of = (int) (block.id() % split.lanes());
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
  void listsRejectedRecords() throws IOException {
    Corpus corpus = prepare("corpus");
    Path list = folder.resolve("corpus").resolve(corpus.manifest().rejectedFiles().get(0).name());
    JsonNode record = new ObjectMapper().readTree(Files.readString(list));
    assertThat(record.path("source").asText()).isEqualTo("texts/sub/bad.txt");
    assertThat(record.path("offset").asText()).isEqualTo("6");
    assertThat(record.path("reason").asText()).isEqualTo("not UTF-8");
  }

  @Test
  void opensAPreparedCorpusAgain() throws IOException {
    prepare("corpus");
    byte[] manifest = Files.readAllBytes(folder.resolve("corpus/manifest.json"));
    Files.move(texts, folder.resolve("gone"));
    prepare("corpus");
    assertThat(Files.readAllBytes(folder.resolve("corpus/manifest.json"))).isEqualTo(manifest);
  }

  @Test
  void aFreshStartRemovesTheOldCorpusAtOnceIfNothingReadsIt() throws IOException {
    prepare("corpus");
    Map<String, Object> other = Map.of("seed", 8, "corpus.keep-replaced", "0s");
    Corpus fresh = Preparation.fresh(spark, settings("corpus", other));
    fresh.verify();
    try (Stream<Path> files = Files.list(folder.resolve("corpus/training"))) {
      assertThat(files.filter(file -> file.toString().endsWith(".parquet")))
          .hasSize(fresh.training().lanes());
    }
  }

  /** Texts that come in later are brought to the form that the corpus has. */
  @Test
  void aTrainedTokenizerHasTheNormalFormOfItsCorpus() {
    Tokenizer composed = prepare("corpus").tokenizer();
    Corpus kept = Preparation.run(spark, settings("kept", Map.of("corpus.clean.unicode", "keep")));

    assertThat(composed.encode("u\u0308ber")).isEqualTo(composed.encode("über"));
    assertThat(kept.tokenizer().encode("u\u0308ber")).isNotEqualTo(composed.encode("über"));
    assertThat(kept.tokenizer().encode("über")).isEqualTo(composed.encode("über"));
  }

  @Test
  void readsTheTokenizerOfAFolder() throws IOException {
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
  void usesAGivenTokenizer() throws IOException {
    Path given = folder.resolve("given.json");
    Files.write(given, CorpusForTests.tokenizer().json());
    CorpusSettings settings = settings("corpus", Map.of("tokenizer.path", given.toString()));
    Corpus corpus = Preparation.run(spark, settings);
    assertThat(corpus.tokenizerFile().sha256()).isEqualTo(CorpusForTests.tokenizer().sha256());
    Preparation.run(spark, settings);
  }
}
