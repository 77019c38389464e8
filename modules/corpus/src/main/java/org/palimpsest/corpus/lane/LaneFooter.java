package org.palimpsest.corpus.lane;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.Util;

/** The footer of a lane: Parquet's metadata of the columns, its length, and the magic number. */
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

  private static int start(byte[] end) {
    return end.length - LAST_BYTES - length(end);
  }
}
