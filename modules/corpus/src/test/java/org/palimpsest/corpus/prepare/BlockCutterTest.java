package org.palimpsest.corpus.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.palimpsest.corpus.config.CorpusSettings.Policy.APART;
import static org.palimpsest.corpus.config.CorpusSettings.Policy.CONCATENATE;

import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.palimpsest.corpus.CorpusForTests;
import org.palimpsest.corpus.config.CorpusSettings;
import org.palimpsest.corpus.lane.LaneAccess;
import org.palimpsest.corpus.lane.LaneFile;
import org.palimpsest.corpus.lane.LaneWriter;
import org.palimpsest.corpus.lane.RowGroup;
import org.palimpsest.corpus.tokenize.EncodedDocument;
import org.palimpsest.objective.TokenBlock;

class BlockCutterTest {
  private static final int SEPARATOR = 2;

  private static List<TokenBlock> cut(
      CorpusSettings.Policy policy, List<EncodedDocument> documents, int size) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (LaneWriter lane = new LaneWriter(bytes, 3)) {
      BlockCutter cutter =
          BlockCutter.of(policy, CorpusForTests.tokenizer().tokenizer(), size, lane::write);
      for (EncodedDocument document : documents) {
        cutter.add(document);
      }
      cutter.finish();
    }
    Path file = Files.createTempFile("lane", ".parquet");
    Files.write(file, bytes.toByteArray());
    List<TokenBlock> blocks = new ArrayList<>();
    try (LaneFile lane =
        new LaneFile(
            new org.apache.hadoop.fs.Path(file.toUri()),
            Files.size(file),
            size,
            new LaneAccess(new Configuration(false)))) {
      for (int group = 0; group < lane.rowGroups(); group++) {
        RowGroup rows = lane.read(group);
        assertThat(rows.rows()).isLessThanOrEqualTo(3);
        for (int row = 0; row < rows.rows(); row++) {
          blocks.add(rows.block(row, blocks.size()));
        }
      }
    }
    Files.delete(file);
    return blocks;
  }

  @Test
  void concatenatesDocumentsWithSeparators() throws Exception {
    List<EncodedDocument> documents =
        List.of(
            new EncodedDocument(new int[] {11, 12, 13}, new int[] {0, 2}),
            new EncodedDocument(new int[] {21, 22, 23, 24, 25, 26}, new int[] {0, 3}),
            new EncodedDocument(new int[] {31, 32, 33, 34}, new int[] {0}),
            new EncodedDocument(new int[] {41}, new int[] {0}));
    List<TokenBlock> blocks = cut(CONCATENATE, documents, 8);
    assertThat(blocks)
        .containsExactly(
            new TokenBlock(
                0,
                new int[] {11, 12, 13, 2, 21, 22, 23, 24},
                new int[] {0, 2, 4, 7},
                new int[] {0, 4}),
            // The second document continues; only a separator would fit after the third one.
            new TokenBlock(
                1, new int[] {25, 26, 2, 31, 32, 33, 34}, new int[] {0, 3}, new int[] {3}),
            new TokenBlock(2, new int[] {41}, new int[] {0}, new int[] {0}));
  }

  @Test
  void placesWholeDocumentsFirstFitAndMarksThem() throws Exception {
    List<EncodedDocument> documents =
        List.of(
            new EncodedDocument(new int[] {11, 12, 13}, new int[] {0, 2}),
            // Two full blocks and a remainder that is placed after the first document.
            new EncodedDocument(
                new int[] {21, 22, 23, 24, 25, 26, 27, 28, 31, 32, 33, 34, 35, 36, 37, 38, 41, 42},
                new int[] {0, 3, 17}),
            // Fits in no block: one token fills the open block, and the rest opens another.
            new EncodedDocument(new int[] {51, 52, 53, 54}, new int[] {0}),
            new EncodedDocument(new int[] {61, 62}, new int[] {0}));
    assertThat(cut(APART, documents, 8))
        .containsExactly(
            new TokenBlock(
                0, new int[] {21, 22, 23, 24, 25, 26, 27, 28}, new int[] {0, 3}, new int[] {0}),
            new TokenBlock(
                1, new int[] {31, 32, 33, 34, 35, 36, 37, 38}, new int[] {0}, new int[] {}),
            new TokenBlock(
                2,
                new int[] {11, 12, 13, 2, 41, 42, 2, 51},
                new int[] {0, 2, 4, 5, 7},
                new int[] {0, 4, 7}),
            new TokenBlock(3, new int[] {52, 53, 54, 2, 61, 62}, new int[] {0, 4}, new int[] {4}));
  }

  @Property(tries = 60)
  void documentsApartLoseNothingAndPaddingIsBounded(
      @ForAll @IntRange(min = 1, max = 400) int count,
      @ForAll @IntRange(min = 1, max = 150) int longest,
      @ForAll long seed)
      throws Exception {
    long size = 64;
    List<EncodedDocument> documents = CorpusForTests.documents(count, longest, seed);
    List<TokenBlock> blocks = cut(APART, documents, (int) size);
    List<Integer> tokens = new ArrayList<>();
    long held = 0;
    for (TokenBlock block : blocks) {
      held += block.length();
      assertThat(block.length()).isBetween(1, (int) size);
      assertThat(block.tokens()[block.length() - 1]).isNotEqualTo(SEPARATOR);
      assertThat(block.sentenceStarts()).startsWith(0).isSorted().doesNotHaveDuplicates();
      for (int i = 0; i < block.length(); i++) {
        if (block.tokens()[i] == SEPARATOR) {
          assertThat(block.documentStarts()).contains(i + 1);
        } else {
          tokens.add(block.tokens()[i]);
        }
      }
    }
    assertThat(tokens)
        .containsExactlyInAnyOrderElementsOf(
            documents.stream().flatMapToInt(d -> Arrays.stream(d.tokens())).boxed().toList());
    // The bounded share, one block, and a position where only a separator would fit.
    assertThat(blocks.size() * size - held)
        .isLessThanOrEqualTo(
            (long) (blocks.size() * size * FirstFit.PADDING) + size + blocks.size());
  }

  @Test
  void cutsFewDocumentsWithLessThanFourPercentPadding() throws Exception {
    List<EncodedDocument> documents = CorpusForTests.documents(20_000, 300, 5);
    List<TokenBlock> blocks = cut(APART, documents, 128);
    long held = blocks.stream().mapToLong(TokenBlock::length).sum();
    assertThat(1 - held / (128.0 * blocks.size())).isBetween(0.0, 0.04);
    long whole = documents.stream().filter(d -> d.tokens().length < 128).count();
    long starts = blocks.stream().mapToLong(block -> block.documentStarts().length).sum();
    long tails = documents.stream().filter(d -> d.tokens().length > 128).count();
    // Every start other than those of documents and of remainders is a cut.
    assertThat(starts - documents.size() - tails).isLessThan(whole / 50);
  }

  @Property(tries = 40)
  void nothingIsLostAndEveryBlockIsSound(
      @ForAll @IntRange(min = 1, max = 30) int count,
      @ForAll @IntRange(min = 1, max = 40) int longest,
      @ForAll @IntRange(min = 8, max = 20) int size,
      @ForAll long seed)
      throws Exception {
    List<EncodedDocument> documents = CorpusForTests.documents(count, longest, seed);
    List<TokenBlock> blocks = cut(CONCATENATE, documents, size);
    List<Integer> tokens = new ArrayList<>();
    int begun = 0;
    for (TokenBlock block : blocks) {
      assertThat(block.length()).isBetween(1, size);
      assertThat(block.tokens()[0]).isNotEqualTo(SEPARATOR);
      assertThat(block.tokens()[block.length() - 1]).isNotEqualTo(SEPARATOR);
      assertThat(block.sentenceStarts()).startsWith(0).isSorted().doesNotHaveDuplicates();
      Integer[] sentences = Arrays.stream(block.sentenceStarts()).boxed().toArray(Integer[]::new);
      assertThat(Arrays.stream(block.documentStarts()).boxed()).isSubsetOf(sentences);
      for (int start : block.documentStarts()) {
        assertThat(start == 0 || block.tokens()[start - 1] == SEPARATOR).isTrue();
      }
      begun += block.documentStarts().length;
      Arrays.stream(block.tokens()).filter(t -> t != SEPARATOR).forEach(tokens::add);
    }
    assertThat(begun).isEqualTo(count);
    assertThat(tokens)
        .isEqualTo(
            documents.stream().flatMapToInt(d -> Arrays.stream(d.tokens())).boxed().toList());
    for (TokenBlock block : blocks.subList(0, blocks.size() - 1)) {
      assertThat(block.length()).isGreaterThanOrEqualTo(size - 1);
    }
  }
}
