package org.palimpsest.corpus.lane;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.RowGroup;
import org.junit.jupiter.api.Test;

class LaneWriterTest {
  @Test
  void writesRowGroupsOfTheConfiguredSize() throws IOException {
    assertThat(LaneFooter.read(lane(5, 2)).getRow_groups())
        .extracting(RowGroup::getNum_rows)
        .containsExactly(2L, 2L, 1L);
  }

  @Test
  void equalBlocksGiveEqualBytes() throws IOException {
    assertThat(lane(5, 2)).isEqualTo(lane(5, 2));
  }

  @Test
  void writesALaneWithoutBlocks() throws IOException {
    assertThat(LaneFooter.read(lane(0, 2)).getRow_groupsSize()).isZero();
  }

  @Test
  void theFooterDescribesEachColumn() throws IOException {
    byte[] lane = lane(3, 2);
    long at = 4;
    for (RowGroup group : LaneFooter.read(lane).getRow_groups()) {
      assertThat(group.getFile_offset()).isEqualTo(at);
      assertThat(group.getColumns()).hasSize(4);
      for (ColumnChunk column : group.getColumns()) {
        assertThat(column.getMeta_data().getData_page_offset()).isEqualTo(at);
        assertThat(column.getMeta_data().getEncodings())
            .containsExactly(Encoding.PLAIN, Encoding.RLE);
        at += column.getMeta_data().getTotal_compressed_size();
      }
    }
    assertThat(at).isLessThan(lane.length);
  }

  /** Parquet's own writer needed 3.8 KB for each row group, and more for the footer. */
  @Test
  void aRowGroupThatIsWrittenNeedsLittleMemory() throws IOException {
    int blocks = 40_000;
    BlockBuffer block = new BlockBuffer(4);
    block.beginDocument();
    block.beginSentence();
    block.append(7, 3);
    long before = used();
    try (LaneWriter lane = new LaneWriter(OutputStream.nullOutputStream(), 1)) {
      for (int i = 0; i < blocks; i++) {
        lane.write(block);
      }
      // Buffers that grow have up to twice the size.
      assertThat(used() - before).isLessThan(200L * blocks);
    }
  }

  private static long used() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private static byte[] lane(int blocks, int rowGroupBlocks) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BlockBuffer block = new BlockBuffer(4);
    try (LaneWriter lane = new LaneWriter(out, rowGroupBlocks)) {
      for (int i = 0; i < blocks; i++) {
        block.clear();
        block.beginDocument();
        block.beginSentence();
        block.append(7 + i, 3);
        block.append(8 + i, 2);
        lane.write(block);
      }
      assertThat(lane.rows()).isEqualTo(blocks);
    }
    return out.toByteArray();
  }
}
