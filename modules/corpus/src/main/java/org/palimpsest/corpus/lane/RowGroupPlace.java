package org.palimpsest.corpus.lane;

import java.nio.ByteBuffer;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.RowGroup;

/**
 * Where a row group is in its lane: its columns follow each other.
 *
 * @param offset of its first byte
 * @param rows number of blocks
 * @param columnBytes stored bytes of each column
 */
record RowGroupPlace(long offset, int rows, int[] columnBytes) {
  private static final int COLUMNS = LaneSchema.BLOCK.getColumns().size();

  /** Bytes of a place in {@link RowGroupIndex}; the last four are zero. */
  static final int BYTES = Long.BYTES + (2 + COLUMNS) * Integer.BYTES;

  /** Reads a place from the next {@link #BYTES}. */
  static RowGroupPlace read(ByteBuffer bytes) {
    long offset = bytes.getLong();
    int rows = bytes.getInt();
    int[] columnBytes = new int[COLUMNS];
    for (int column = 0; column < COLUMNS; column++) {
      columnBytes[column] = bytes.getInt();
    }
    return new RowGroupPlace(offset, rows, columnBytes);
  }

  /** Writes {@link #BYTES}. */
  void write(ByteBuffer bytes) {
    bytes.putLong(offset).putInt(rows);
    for (int size : columnBytes) {
      bytes.putInt(size);
    }
    bytes.putInt(0);
  }

  /**
   * Returns the place that a footer of Parquet records.
   *
   * @throws IllegalArgumentException if its columns do not follow each other
   */
  static RowGroupPlace of(RowGroup group) {
    long begin = group.getColumns().get(0).getMeta_data().getData_page_offset();
    long end = begin;
    int[] columnBytes = new int[COLUMNS];
    for (int column = 0; column < COLUMNS; column++) {
      ColumnMetaData of = group.getColumns().get(column).getMeta_data();
      if (of.getData_page_offset() != end) {
        throw new IllegalArgumentException("the columns of a row group are not consecutive");
      }
      columnBytes[column] = Math.toIntExact(of.getTotal_compressed_size());
      end += columnBytes[column];
    }
    return new RowGroupPlace(begin, Math.toIntExact(group.getNum_rows()), columnBytes);
  }

  /** Returns the number of bytes from {@code offset} on. */
  long bytes() {
    long sum = 0;
    for (int size : columnBytes) {
      sum += size;
    }
    return sum;
  }
}
