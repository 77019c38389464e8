package org.palimpsest.corpus.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.SmallTexts;
import org.palimpsest.corpus.config.CorpusSettings;
import org.palimpsest.corpus.read.BlockReader;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.corpus.read.CorpusSplit;
import org.palimpsest.corpus.read.Manifest;
import org.palimpsest.corpus.read.WorkerSlice;
import org.palimpsest.objective.TokenBlock;

/** Additions of text to an existing corpus. */
@Tag("spark")
class AdditionTest extends PreparationCase {
  private static final String NEW_WORDS =
      "New words to learn.\n\nMore of them.\n\nAnd the last ones.\n\n";

  private Path more;

  @BeforeEach
  void writeMore() throws IOException {
    more = Files.writeString(folder.resolve("more.txt"), "New words to learn.\n\n".repeat(60));
  }

  private CorpusSettings settings(Map<String, Object> changed) {
    return settings("corpus", changed);
  }

  private CorpusSettings moreText() {
    return settings(Map.of("corpus.input", more.toString()));
  }

  private static Map<Long, TokenBlock> byId(CorpusSplit split) {
    List<TokenBlock> blocks = new ArrayList<>();
    try (BlockReader reader = split.asStored()) {
      while (reader.hasNext()) {
        blocks.add(reader.next().block());
      }
    }
    return blocks.stream().collect(Collectors.toMap(TokenBlock::id, block -> block));
  }

  @Test
  void existingBlocksKeepTheirFilesAndIds() {
    Corpus before = Preparation.run(spark, settings(Map.of()));
    Map<Long, TokenBlock> old = byId(before.training());
    Corpus after = Preparation.add(spark, moreText());
    after.verify();

    Manifest manifest = after.manifest();
    int oldLanes = before.training().lanes();
    assertThat(manifest.training().lanes().subList(0, oldLanes))
        .isEqualTo(before.manifest().training().lanes());
    assertThat(manifest.training().lanes().size()).isBetween(oldLanes + 1, oldLanes + 5);
    assertThat(manifest.generations()).hasSize(2);
    assertThat(manifest.generations().get(0)).isEqualTo(before.manifest().generations().get(0));
    assertThat(manifest.generations().get(1).documents()).isEqualTo(60);
    assertThat(manifest.training().documents() + manifest.validation().documents())
        .isEqualTo(SmallTexts.DOCUMENTS + 60L);
    assertThat(manifest.training().blockLengths().stream().mapToLong(c -> c.blocks()).sum())
        .isEqualTo(after.training().blocks());

    Map<Long, TokenBlock> all = byId(after.training());
    assertThat(all).hasSize((int) after.training().blocks()).containsAllEntriesOf(old);
    all.forEach((id, block) -> assertThat(after.training().block(id).block()).isEqualTo(block));
    List<TokenBlock> added =
        all.values().stream().filter(block -> !old.containsKey(block.id())).toList();
    assertThat(added)
        .isNotEmpty()
        .allMatch(block -> after.tokenizer().decode(block.tokens()).contains("ew words"));
  }

  @Test
  void anEpochHasOldAndNewBlocksOnceForAnyNumberOfWorkers() {
    Preparation.run(spark, settings(Map.of()));
    CorpusSplit split = Preparation.add(spark, moreText()).training();
    List<Long> one = ids(split, 1);
    assertThat(one).containsExactlyInAnyOrderElementsOf(byId(split).keySet());
    assertThat(ids(split, 3)).containsExactlyInAnyOrderElementsOf(one);
  }

  private static List<Long> ids(CorpusSplit split, int workers) {
    List<Long> ids = new ArrayList<>();
    long steps = split.blocks();
    for (int rank = 0; rank < workers; rank++) {
      try (BlockReader reader = split.reader(4, new WorkerSlice(0, 1, rank, workers))) {
        for (long step = 0; step < steps && reader.hasNext(); step++) {
          ids.add(reader.next().block().id());
        }
      }
    }
    return ids;
  }

  @Test
  void addingTheSameInputAgainChangesNothing() throws IOException {
    Preparation.run(spark, settings(Map.of()));
    Preparation.add(spark, moreText());
    byte[] manifest = Files.readAllBytes(folder.resolve("corpus/manifest.json"));
    Preparation.add(spark, moreText());
    assertThat(Files.readAllBytes(folder.resolve("corpus/manifest.json"))).isEqualTo(manifest);
    // A preparation with the settings of the first text changes nothing either.
    Preparation.run(spark, settings(Map.of()));
    assertThat(Files.readAllBytes(folder.resolve("corpus/manifest.json"))).isEqualTo(manifest);
  }

  @Test
  void doesNotAddKnownTexts() throws IOException {
    for (String duplicates : List.of("exact", "near")) {
      Map<String, Object> search =
          Map.of(
              "corpus.clean.duplicates",
              duplicates,
              "corpus.path",
              folder + "/" + duplicates,
              // Keys contain the path: in some folders, all three new texts would be held out.
              "corpus.validation-share",
              0);
      Corpus first = Preparation.run(spark, settings(search));
      long there = documents(first);
      Files.writeString(
          more, String.join("\n\n", SmallTexts.documents().subList(0, 20)) + "\n\n" + NEW_WORDS);
      Corpus second = Preparation.add(spark, with(search, more));
      second.verify();
      CorpusCheck.run(spark, second);
      assertThat(documents(second)).isEqualTo(there + 3);
      assertThat(second.manifest().cleaned().get("exact-duplicates"))
          .isEqualTo(first.manifest().cleaned().getOrDefault("exact-duplicates", 0L) + 20);

      Path third = folder.resolve("third.txt");
      Files.writeString(third, NEW_WORDS + newTexts(10) + newTexts(5));
      assertThat(documents(Preparation.add(spark, with(search, third)))).isEqualTo(there + 13);
      Path nothingNew = Files.writeString(folder.resolve("fourth.txt"), newTexts(3));
      Corpus last = Corpus.open(second.path(), spark.sparkContext().hadoopConfiguration());
      assertThat(Preparation.add(spark, with(search, nothingNew)).manifest())
          .isEqualTo(last.manifest());
    }
  }

  @Test
  void aCorpusThatKeepsDuplicatesHasNoFingerprints() throws IOException {
    Corpus first = Preparation.run(spark, settings(Map.of()));
    assertThat(first.manifest().generations().get(0).texts()).isEmpty();
    String old = String.join("\n\n", SmallTexts.documents().subList(0, 20));
    Files.writeString(more, old + "\n\n" + newTexts(10) + newTexts(5));
    Corpus second = Preparation.add(spark, with(Map.of("corpus.clean.duplicates", "exact"), more));
    assertThat(documents(second)).isEqualTo(SmallTexts.DOCUMENTS + 30L);
    assertThat(second.manifest().generations().get(1).texts()).isNotEmpty();
  }

  private static String newTexts(int documents) {
    return IntStream.range(0, documents)
        .mapToObj(i -> new Random(i).ints(12).mapToObj(Integer::toString))
        .map(words -> words.collect(Collectors.joining(" ", "", "\n\n")))
        .collect(Collectors.joining());
  }

  private CorpusSettings with(Map<String, Object> search, Path input) {
    Map<String, Object> values = new HashMap<>(search);
    values.put("corpus.input", input.toString());
    return settings(values);
  }

  private static long documents(Corpus corpus) {
    return corpus.manifest().training().documents() + corpus.manifest().validation().documents();
  }

  @Test
  void recognizesInputPathsWithCommas() throws IOException {
    Path commas = Files.move(more, more.resolveSibling("more, and more.txt"));
    CorpusSettings addition = settings(Map.of("corpus.input", commas.toString()));
    Preparation.run(spark, settings(Map.of()));
    Corpus once = Preparation.add(spark, addition);

    Corpus twice = Preparation.add(spark, addition);

    assertThat(twice.manifest()).isEqualTo(once.manifest());
    assertThat(once.manifest().generations().get(1).inputPaths())
        .containsExactly(commas.toString());
  }

  @Test
  void refusesAnAdditionToAMissingCorpus() {
    assertThatThrownBy(() -> Preparation.add(spark, moreText()))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("is not a corpus: it has no manifest.json");
  }

  @Test
  void refusesKnownInputsBesideNewOnes() {
    Preparation.run(spark, settings(Map.of()));
    CorpusSettings twice =
        settings(Map.of("corpus.input", List.of(texts.toString(), more.toString())));
    assertThatThrownBy(() -> Preparation.add(spark, twice))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageEndingWith(
            "already has the text of [" + texts + "]: list only new inputs in corpus.input.");
  }

  @Test
  void refusesBlocksOfAnotherShape() {
    Preparation.run(spark, settings(Map.of()));
    CorpusSettings longer =
        settings(Map.of("corpus.input", more.toString(), "corpus.block-size", 64));
    assertThatThrownBy(() -> Preparation.add(spark, longer))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining(
            "was prepared with corpus.block-size = 32, but the setting is now 64: ");
  }
}
