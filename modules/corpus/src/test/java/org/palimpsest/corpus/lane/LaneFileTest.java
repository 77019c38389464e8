package org.palimpsest.corpus.lane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.ByteRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.apache.commons.io.FileUtils;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.objective.TokenBlock;

class LaneFileTest {
  private static final int BLOCK = 512;
  private static Path folder;
  private static byte[] small;

  @BeforeContainer
  static void write() throws IOException {
    folder = Files.createTempDirectory("lanes");
    small = lane(30, 8, 16);
  }

  @AfterContainer
  static void delete() throws IOException {
    FileUtils.deleteDirectory(folder.toFile());
  }

  /** Blocks of different lengths; some continue a document, so they have no document starts. */
  private static byte[] lane(int blocks, int rowGroupBlocks, int blockTokens) throws IOException {
    Random random = new Random(3);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BlockBuffer block = new BlockBuffer(blockTokens);
    try (LaneWriter lane = new LaneWriter(out, rowGroupBlocks)) {
      for (int i = 0; i < blocks; i++) {
        block.clear();
        int length = 1 + random.nextInt(blockTokens);
        for (int token = 0; token < length; token++) {
          if (token == 0 || random.nextInt(9) == 0) {
            block.beginSentence();
          }
          if (i % 3 > 0 && token % 100 == 0) {
            block.beginDocument();
          }
          block.append(random.nextInt(60_000), 4);
        }
        lane.write(block);
      }
    }
    return out.toByteArray();
  }

  private static LaneFile open(byte[] lane, int blockTokens) {
    try {
      Path file = Files.write(Files.createTempFile(folder, "lane", ".parquet"), lane);
      return new LaneFile(
          new org.apache.hadoop.fs.Path(file.toUri()),
          lane.length,
          blockTokens,
          new LaneAccess(new Configuration(false)));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static List<TokenBlock> blocks(byte[] lane, int blockTokens) {
    List<TokenBlock> blocks = new ArrayList<>();
    try (LaneFile file = open(lane, blockTokens)) {
      for (int group = 0; group < file.rowGroups(); group++) {
        RowGroup rows = file.read(group);
        for (int row = 0; row < rows.rows(); row++) {
          blocks.add(rows.block(row, blocks.size()));
        }
      }
    }
    return blocks;
  }

  /** Removes the index, which lanes of earlier releases do not have. */
  private static byte[] withoutIndex(byte[] lane) throws IOException {
    FileMetaData footer = LaneFooter.read(lane);
    int index = RowGroupIndex.records(footer).limit() + RowGroupIndex.TRAILER_BYTES;
    int footerAt = lane.length - LaneFooter.LAST_BYTES - LaneFooter.length(lane);
    ByteArrayOutputStream without = new ByteArrayOutputStream();
    without.write(lane, 0, footerAt - index);
    without.write(lane, footerAt, lane.length - footerAt);
    return without.toByteArray();
  }

  private static int[] list(Group row, String name) {
    Group list = row.getGroup(name, 0);
    return IntStream.range(0, list.getFieldRepetitionCount(0))
        .map(i -> list.getGroup(0, i).getInteger(0, 0))
        .toArray();
  }

  /** The naive implementation: Parquet's own reader, which also ignores the index. */
  private static List<TokenBlock> byParquet(byte[] lane) throws IOException {
    Path file = Files.write(Files.createTempFile(folder, "lane", ".parquet"), lane);
    List<TokenBlock> blocks = new ArrayList<>();
    try (ParquetReader<Group> reader =
        ParquetReader.builder(new GroupReadSupport(), new org.apache.hadoop.fs.Path(file.toUri()))
            .build()) {
      for (Group row = reader.read(); row != null; row = reader.read()) {
        blocks.add(
            new TokenBlock(
                blocks.size(),
                list(row, LaneSchema.TOKENS),
                list(row, LaneSchema.SENTENCE_STARTS),
                list(row, LaneSchema.DOCUMENT_STARTS)));
      }
    }
    return blocks;
  }

  @Example
  void readsWhatParquetReads() throws IOException {
    assertThat(blocks(small, 16)).hasSize(30).isEqualTo(byParquet(small));
  }

  @Example
  void readsRowGroupsOfSeveralPages() throws IOException {
    byte[] lane = lane(2500, 2000, BLOCK);
    assertThat(blocks(lane, BLOCK)).hasSize(2500).isEqualTo(byParquet(lane));
  }

  @Example
  void rowsThatAreNotKeptTakeNoMemory() throws IOException {
    try (LaneFile lane = open(small, 16)) {
      RowGroup all = lane.read(0);
      RowGroup odd = all.where(row -> row % 2 == 1);
      int tokens = 0;
      for (int row = 0; row < all.rows(); row++) {
        if (row % 2 == 1) {
          assertThat(odd.block(row, 5)).isEqualTo(all.block(row, 5));
          tokens += all.block(row, 5).length();
        } else {
          assertThat(odd.block(row, 5).length()).isZero();
        }
      }
      assertThat(odd.capacity()).isEqualTo(tokens).isLessThan(all.capacity());
    }
  }

  @Example
  void readsTheLengthsOfTheTexts() throws IOException {
    try (LaneFile file = open(small, 16)) {
      RowGroup rows = file.read(1);
      for (int row = 0; row < rows.rows(); row++) {
        assertThat(rows.utf8Bytes(row)).isEqualTo(4 * rows.block(row, 0).length());
      }
    }
  }

  @Example
  void readsLanesWithoutIndex() throws IOException {
    byte[] without = withoutIndex(small);
    assertThat(without.length).isLessThan(small.length);
    assertThat(blocks(without, 16)).isEqualTo(blocks(small, 16));
  }

  /** One page of the index has 256 records. */
  @Example
  void findsRowGroupsBeyondTheFirstPageOfTheIndex() throws IOException {
    byte[] lane = lane(1200, 2, 16);
    assertThat(blocks(lane, 16)).isEqualTo(byParquet(lane));
  }

  @Example
  void opensTheFileAgainAfterItWasClosed() throws IOException {
    LaneFile file = open(small, 16);
    TokenBlock before = file.read(2).block(0, 0);
    file.close();
    assertThat(file.read(2).block(0, 0)).isEqualTo(before);
    file.close();
  }

  @Example
  void namesALaneThatIsMissing() {
    LaneFile missing =
        new LaneFile(
            new org.apache.hadoop.fs.Path(folder.resolve("nowhere.parquet").toUri()),
            1000,
            16,
            new LaneAccess(new Configuration(false)));
    assertThatThrownBy(() -> missing.read(0))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith("The lane ")
        .hasMessageContaining("nowhere.parquet is missing or damaged (")
        .hasMessageEndingWith("): prepare the corpus again with --fresh.");
  }

  /** Whatever a damaged lane contains, it is read or refused in a sentence. */
  @Property(tries = 2000)
  void refusesDamageInASentence(
      @ForAll @IntRange(max = 100_000) int at,
      @ForAll @ByteRange(min = 1) byte change,
      @ForAll @IntRange(max = 7) int count) {
    byte[] damaged = small.clone();
    for (int i = 0; i <= count; i++) {
      damaged[(at + i) % damaged.length] ^= change;
    }
    readsOrRefuses(damaged);
  }

  @Property(tries = 200)
  void refusesATruncatedLaneInASentence(@ForAll @IntRange(max = 100_000) int length) {
    readsOrRefuses(Arrays.copyOf(small, length % small.length));
  }

  private static void readsOrRefuses(byte[] lane) {
    try {
      assertThat(blocks(lane, 16)).hasSizeLessThanOrEqualTo(1 << 20);
    } catch (PalimpsestException e) {
      assertThat(e).hasMessageContaining("is missing or damaged");
    }
  }
}
