package org.palimpsest.corpus.lane;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes the blocks of a lane as Parquet: Zstandard, plain encoding, row groups of a fixed number
 * of blocks. Equal blocks give equal bytes in every process.
 *
 * <p>Holds one row group, and 64 bytes for each one that is written. Parquet's own writer holds
 * four kilobytes for each, and more when it writes the footer, which is too much for large lanes.
 */
public final class LaneWriter implements Closeable {
  private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);

  private final OutputStream out;
  private final int rowGroupBlocks;
  private final ListColumn tokens;
  private final ListColumn sentenceStarts;
  private final ListColumn documentStarts;
  private final LaneFooterWriter footer = new LaneFooterWriter();
  private int[] utf8Bytes = new int[16];
  private int buffered;
  private long position;
  private long rows;

  /** Writes to {@code out} without closing it. */
  public LaneWriter(OutputStream out, int rowGroupBlocks) throws IOException {
    this.out = out;
    this.rowGroupBlocks = rowGroupBlocks;
    tokens = new ListColumn(rowGroupBlocks);
    sentenceStarts = new ListColumn(rowGroupBlocks);
    documentStarts = new ListColumn(rowGroupBlocks);
    out.write(MAGIC);
    position = MAGIC.length;
  }

  /** Appends a block; the buffer can be reused afterwards. */
  public void write(BlockBuffer block) throws IOException {
    tokens.add(block.tokens, block.length);
    sentenceStarts.add(block.sentenceStarts, block.sentences);
    documentStarts.add(block.documentStarts, block.documents);
    if (buffered == utf8Bytes.length) {
      utf8Bytes = Arrays.copyOf(utf8Bytes, buffered * 2);
    }
    utf8Bytes[buffered++] = block.utf8Bytes;
    rows++;
    if (buffered == rowGroupBlocks) {
      writeRowGroup();
    }
  }

  private void writeRowGroup() throws IOException {
    PageWriter[] columns = {new PageWriter(), new PageWriter(), new PageWriter(), new PageWriter()};
    columns[0].write(tokens);
    columns[1].write(sentenceStarts);
    columns[2].write(documentStarts);
    columns[3].write(utf8Bytes, buffered);
    footer.add(position, buffered, columns);
    for (PageWriter column : columns) {
      position += column.writeTo(out);
    }
    tokens.clear();
    sentenceStarts.clear();
    documentStarts.clear();
    buffered = 0;
  }

  public long rows() {
    return rows;
  }

  @Override
  public void close() throws IOException {
    if (buffered > 0) {
      writeRowGroup();
    }
    footer.write(out, rows);
    out.write(MAGIC);
    out.flush();
  }
}
