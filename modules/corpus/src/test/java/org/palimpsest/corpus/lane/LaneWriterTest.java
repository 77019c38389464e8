package org.palimpsest.corpus.lane;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
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

  /** Parquet writes them in the order of a hash set, which differs between processes. */
  @Test
  void writesEncodingsInAFixedOrder() throws IOException {
    for (RowGroup group : LaneFooter.read(lane(3, 2)).getRow_groups()) {
      assertThat(group.getColumns()).hasSize(4);
      assertThat(group.getColumns().subList(0, 3))
          .extracting(LaneWriterTest::encodings)
          .containsOnly(List.of(Encoding.PLAIN, Encoding.RLE));
      assertThat(encodings(group.getColumns().get(3)))
          .containsExactly(Encoding.PLAIN, Encoding.BIT_PACKED);
    }
  }

  private static List<Encoding> encodings(ColumnChunk column) {
    return column.getMeta_data().getEncodings();
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
