package org.palimpsest.corpus.lane;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;

/**
 * The places of all row groups of a lane, in records of equal length, so a reader finds any of them
 * without Parquet's footer, which grows with the lane. It lies between the last row group and the
 * footer, where Parquet's readers do not look: the records, their number, and a magic number, all
 * little-endian.
 */
final class RowGroupIndex {
  /** Bytes of the number of records and the magic number. */
  static final int TRAILER_BYTES = 16;

  /** {@code palmpgrp} in ASCII. */
  private static final long MAGIC = 0x7072_6770_6d6c_6170L;

  private RowGroupIndex() {}

  /** Returns the records of all row groups in a footer, for lanes without index. */
  static ByteBuffer records(FileMetaData footer) {
    ByteBuffer records = buffer(footer.getRow_groupsSize() * RowGroupPlace.BYTES);
    for (RowGroup group : footer.getRow_groups()) {
      RowGroupPlace.of(group).write(records);
    }
    return records.flip();
  }

  /** Returns what follows the records. */
  static byte[] trailer(int records) {
    return buffer(TRAILER_BYTES).putLong(records).putLong(MAGIC).array();
  }

  /** Returns the number of records before a trailer, or −1 if it is none. */
  static long records(byte[] trailer) {
    ByteBuffer bytes = ByteBuffer.wrap(trailer).order(ByteOrder.LITTLE_ENDIAN);
    long records = bytes.getLong();
    return bytes.getLong() == MAGIC ? records : -1;
  }

  /** Returns record {@code i} of several. */
  static RowGroupPlace record(byte[] records, int i) {
    return RowGroupPlace.read(
        ByteBuffer.wrap(records, i * RowGroupPlace.BYTES, RowGroupPlace.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN));
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
