package org.palimpsest.corpus.lane;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Util;

/**
 * The footer of a lane: Parquet's metadata of the columns, its length, and the magic number.
 * Parquet writes the encodings of a column in the order of a hash set of enum constants, which
 * differs between processes.
 */
final class LaneFooter {
  /** Bytes of the length and the magic number. */
  static final int LAST_BYTES = 8;

  private LaneFooter() {}

  /** Reads the length of the metadata from the last {@link #LAST_BYTES} of a file. */
  static int length(byte[] end) {
    return ByteBuffer.wrap(end).order(ByteOrder.LITTLE_ENDIAN).getInt(end.length - LAST_BYTES);
  }

  /** Reads the metadata from the end of a file. */
  static FileMetaData read(byte[] end) throws IOException {
    return Util.readFileMetaData(new ByteArrayInputStream(end, start(end), length(end)));
  }

  /**
   * Returns the end of a file with the encodings of every column in a fixed order, and with the
   * index of its row groups.
   */
  static byte[] withIndex(byte[] end) throws IOException {
    FileMetaData footer = read(end);
    for (RowGroup group : footer.getRow_groups()) {
      for (ColumnChunk column : group.getColumns()) {
        Collections.sort(column.getMeta_data().getEncodings());
      }
    }
    ByteArrayOutputStream ordered = new ByteArrayOutputStream(end.length);
    ordered.write(end, 0, start(end));
    ordered.writeBytes(RowGroupIndex.of(footer));
    int start = ordered.size();
    Util.writeFileMetaData(footer, ordered);
    int length = ordered.size() - start;
    byte[] last = new byte[LAST_BYTES];
    System.arraycopy(end, end.length - LAST_BYTES, last, 0, LAST_BYTES);
    ByteBuffer.wrap(last).order(ByteOrder.LITTLE_ENDIAN).putInt(length);
    ordered.writeBytes(last);
    return ordered.toByteArray();
  }

  private static int start(byte[] end) {
    return end.length - LAST_BYTES - length(end);
  }
}
