package org.palimpsest.corpus.overlap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.SparkForTests;
import org.palimpsest.corpus.config.CorpusSettings;
import org.palimpsest.corpus.prepare.Preparation;
import org.palimpsest.corpus.read.BlockReader;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.corpus.read.CorpusSplit;
import org.palimpsest.objective.TokenBlock;

/** Two hundred texts, of which fifty also occur with another word, and ten exactly. */
@Tag("spark")
class HeldOutOverlapTest {
  private static final int NGRAM = 5;

  @TempDir static Path folder;
  private static SparkSession spark;
  private static Corpus corpus;

  @BeforeAll
  static void prepare() throws IOException {
    spark = SparkForTests.session("local[2]");
    Random random = new Random(3);
    List<String> texts = new ArrayList<>();
    for (int text = 0; text < 200; text++) {
      texts.add(
          IntStream.range(0, 30)
              .mapToObj(k -> "word" + random.nextInt(500))
              .collect(Collectors.joining(" ")));
    }
    for (int text = 0; text < 50; text++) {
      texts.add(texts.get(text).replaceFirst(" word\\d+ ", " otherword "));
    }
    texts.addAll(texts.subList(60, 70));
    Path file = Files.writeString(folder.resolve("texts.txt"), String.join("\n\n", texts));
    corpus =
        Preparation.run(
            spark,
            CorpusSettings.from(
                ConfigFactory.parseMap(
                    Map.of(
                        "corpus.input",
                        file.toString(),
                        "corpus.path",
                        folder.resolve("corpus").toString(),
                        "corpus.validation-share",
                        0.3,
                        "corpus.clean.duplicates",
                        "keep",
                        "corpus.policy",
                        "apart",
                        "corpus.block-size",
                        512,
                        "corpus.lanes",
                        3,
                        "tokenizer.train.size",
                        800))));
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  /** The tokens of the documents of a split that is read in shares; a share begins a document. */
  private static List<List<Integer>> documents(CorpusSplit split, int shares) {
    List<List<Integer>> documents = new ArrayList<>();
    for (int share = 0; share < shares; share++) {
      documents.add(new ArrayList<>());
      try (BlockReader blocks = split.asStored(share, shares)) {
        while (blocks.hasNext()) {
          add(blocks.next().block(), documents);
        }
      }
    }
    documents.removeIf(List::isEmpty);
    return documents;
  }

  private static void add(TokenBlock block, List<List<Integer>> documents) {
    Set<Integer> starts = IntStream.of(block.documentStarts()).boxed().collect(Collectors.toSet());
    for (int at = 0; at < block.length(); at++) {
      if (starts.contains(at)) {
        documents.add(new ArrayList<>());
      }
      if (block.tokens()[at] != corpus.vocabulary().eos()) {
        documents.get(documents.size() - 1).add(block.tokens()[at]);
      }
    }
  }

  private static List<List<Integer>> ngrams(List<Integer> tokens) {
    return tokens.size() < NGRAM
        ? List.of(tokens)
        : IntStream.rangeClosed(0, tokens.size() - NGRAM)
            .mapToObj(at -> tokens.subList(at, at + NGRAM))
            .toList();
  }

  private static Set<List<Integer>> known(List<List<Integer>> documents) {
    return documents.stream().flatMap(found -> ngrams(found).stream()).collect(Collectors.toSet());
  }

  private static Contamination.Documents expected(
      List<List<Integer>> documents, List<List<Integer>> others) {
    Set<List<Integer>> known = known(others);
    Contamination.Documents expected = Contamination.Documents.none();
    for (List<Integer> document : documents) {
      List<List<Integer>> ngrams = ngrams(document);
      expected = expected.plus(ngrams.stream().filter(known::contains).count(), ngrams.size());
    }
    return expected;
  }

  @Test
  void documentsNearTheOtherSplitAreCounted() {
    Contamination found = HeldOutOverlap.of(spark, corpus, NGRAM);

    List<List<Integer>> heldOut = documents(corpus.validation(), 1);
    List<List<Integer>> training = documents(corpus.training(), HeldOutOverlap.SHARES);
    assertThat(found.heldOut()).isEqualTo(expected(heldOut, training));
    assertThat(found.training()).isEqualTo(expected(training, heldOut));
    assertThat(found.heldOut().near()).isGreaterThan(15);
    assertThat(found.heldOut().contained()).isBetween(1L, found.heldOut().near() - 5);
    assertThat(found.sampled()).isFalse();
  }

  @Test
  void theSharedNgramsAreAShare() {
    Contamination found = HeldOutOverlap.of(spark, corpus, NGRAM);

    Set<List<Integer>> known = known(documents(corpus.training(), HeldOutOverlap.SHARES));
    List<List<Integer>> all =
        documents(corpus.validation(), 1).stream().flatMap(one -> ngrams(one).stream()).toList();
    double share = (double) all.stream().filter(known::contains).count() / all.size();
    assertThat(found.sharedNgrams()).isCloseTo(share, within(1e-12));
  }

  @Test
  void longRunsAreSeldomShared() {
    Contamination found = HeldOutOverlap.of(spark, corpus, 400);

    assertThat(found.heldOut().count()).isPositive();
    assertThat(found.heldOut().near()).isLessThan(10);
  }

  @Test
  void aRunNeedsAToken() {
    assertThatThrownBy(() -> HeldOutOverlap.of(spark, corpus, 0))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage("The length of runs of tokens must lie between 1 and 1000, but is 0.");
  }
}
