package org.palimpsest.corpus.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.corpus.CorpusForTests;
import org.palimpsest.corpus.SparkForTests;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.objective.Corruptor;
import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.objective.Objective;
import org.palimpsest.objective.TokenBlock;
import org.palimpsest.objective.Vocabulary;
import org.palimpsest.objective.preset.Objectives;

@Tag("spark")
class CorruptionStageTest {
  /** Masks every third token; the first two target tokens are seed and epoch. */
  private record EveryThird() implements Objective {
    @Override
    public String name() {
      return "every-third";
    }

    @Override
    public Corruptor corruptor(Vocabulary vocabulary, int blockTokens) {
      return (block, seed, epoch, into) -> {
        into.begin(block.id(), block.length());
        into.appendTarget(0, 0, (int) seed, DenoisingExample.CONTROL, false);
        into.appendTarget(0, 1, (int) epoch, DenoisingExample.CONTROL, true);
        for (int i = 0; i < block.length(); i++) {
          into.appendSource(i % 3 == 2 ? vocabulary.mask() : block.tokens()[i]);
        }
        into.noteSpans(block.length() / 3, 1);
      };
    }

    @Override
    public Lengths lengths(Vocabulary vocabulary, int rawTokens) {
      return new Lengths(rawTokens, rawTokens, 2, 2);
    }
  }

  @TempDir Path folder;

  @Test
  void corruptsBlocksEquallyInAnyPartitioningAndAcrossShuffles() throws Exception {
    Corpus corpus = CorpusForTests.write(folder, 8, 4, 9, 0, 5);
    CorruptionStage stage = CorruptionStage.of(new EveryThird(), corpus, 5, 6);
    try (SparkSession session = SparkForTests.session("local[2]")) {
      JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
      JavaRDD<TokenBlock> blocks = corpus.training().rdd(spark);
      assertThat(blocks.count()).isEqualTo(corpus.training().blocks());
      Map<Long, DenoisingExample> direct = byId(blocks.mapPartitions(stage).collect());
      Map<Long, DenoisingExample> shuffled =
          byId(blocks.repartition(3).mapPartitions(stage).repartition(2).collect());
      assertThat(shuffled.keySet()).isEqualTo(direct.keySet());
      direct.forEach((id, example) -> assertSame(example, shuffled.get(id)));
      Dataset<TokenBlock> dataset =
          session.createDataset(blocks.rdd(), Encoders.kryo(TokenBlock.class));
      List<DenoisingExample> fromDataset =
          dataset.mapPartitions(stage, Encoders.kryo(DenoisingExample.class)).collectAsList();
      byId(fromDataset).forEach((id, example) -> assertSame(direct.get(id), example));
    }
  }

  @Test
  void everyPresetGivesTheSameExamplesFromOneTwoAndSevenPartitions() throws Exception {
    Corpus corpus = CorpusForTests.write(folder, 16, 4, 9, 0, 5);
    try (SparkSession session = SparkForTests.session("local[2]")) {
      JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
      JavaRDD<TokenBlock> blocks = corpus.training().rdd(spark).cache();
      Vocabulary vocabulary = corpus.vocabulary();
      for (Objective preset : Objectives.presets()) {
        CorruptionStage stage = new CorruptionStage(preset, vocabulary, 16, 5, 6);
        List<String> expected = texts(blocks.coalesce(1).mapPartitions(stage));
        assertThat(expected).hasSize((int) corpus.training().blocks());
        for (int partitions : new int[] {2, 7}) {
          assertThat(texts(blocks.repartition(partitions).mapPartitions(stage)))
              .as("%s in %d partitions", preset.name(), partitions)
              .isEqualTo(expected);
        }
      }
    }
  }

  @Test
  void textNoiseGivesTheSameExamplesFromOneAndSevenPartitions() throws Exception {
    Corpus corpus = CorpusForTests.write(folder, 16, 4, 9, 0, 5);
    Objective noise =
        Objectives.parse(
            Map.of(
                "steps",
                List.of(
                    Map.of("kind", "text-noise", "errors", List.of(Map.of("kind", "keyboard"))))));
    try (SparkSession session = SparkForTests.session("local[2]")) {
      JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
      JavaRDD<TokenBlock> blocks = corpus.training().rdd(spark).cache();
      CorruptionStage stage = CorruptionStage.of(noise, corpus, 5, 6);
      List<String> expected = texts(blocks.coalesce(1).mapPartitions(stage));
      assertThat(texts(blocks.repartition(7).mapPartitions(stage))).isEqualTo(expected);
      assertThat(expected)
          .isNotEqualTo(
              texts(
                  blocks.mapPartitions(
                      CorruptionStage.of(Objectives.parse("autoencoder"), corpus, 5, 6))));
    }
  }

  /** Returns the content of the examples in the order of their ids. */
  private static List<String> texts(JavaRDD<DenoisingExample> examples) {
    return examples.collect().stream()
        .sorted(Comparator.comparingLong(DenoisingExample::id))
        .map(DenoisingExample::copy)
        .map(
            example ->
                String.join(
                    "|",
                    Long.toString(example.id()),
                    Arrays.toString(example.source()),
                    Arrays.toString(example.decoderInput()),
                    Arrays.toString(example.decoderPositions()),
                    Arrays.toString(example.target()),
                    Arrays.toString(example.roles()),
                    Arrays.toString(example.counted())))
        .toList();
  }

  private static Map<Long, DenoisingExample> byId(List<DenoisingExample> examples) {
    Map<Long, DenoisingExample> byId = new HashMap<>();
    examples.forEach(example -> byId.put(example.id(), example));
    assertThat(byId).hasSameSizeAs(examples);
    return byId;
  }

  private static void assertSame(DenoisingExample a, DenoisingExample b) {
    assertThat(b)
        .usingRecursiveComparison()
        .comparingOnlyFields("id", "rawLength", "spans", "overflowedSpans")
        .isEqualTo(a);
    assertThat(b.sourceTokens()).isEqualTo(a.sourceTokens());
    assertThat(b.targetTokens()).isEqualTo(a.targetTokens()).containsExactly(5, 6);
    DenoisingExample whole = b.copy();
    DenoisingExample expected = a.copy();
    assertThat(whole.roles()).isEqualTo(expected.roles());
    assertThat(whole.counted()).isEqualTo(expected.counted());
    assertThat(whole.decoderInput()).isEqualTo(expected.decoderInput());
    assertThat(whole.decoderPositions()).isEqualTo(expected.decoderPositions());
  }
}
