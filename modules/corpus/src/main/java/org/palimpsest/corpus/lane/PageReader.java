package org.palimpsest.corpus.lane;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.util.Arrays;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.Util;

/**
 * Reads the pages of one column of a row group, as {@link LaneWriter} writes them: Parquet's first
 * version of data pages, Zstandard, plain encoding. Only these, but several times as fast as
 * Parquet's general reader, which calls a method for each value.
 */
final class PageReader {
  /** Bytes of a page beside those of its numbers and levels, which are at most five a value. */
  private static final int MOST_BYTES = 1024;

  private final byte[] column;
  private final int end;
  private final long mostValues;
  private int position;

  /** The uncompressed content of the current page that is not read yet. */
  private ByteBuffer content;

  private int values;

  /**
   * Reads {@code length} bytes from {@code offset} on.
   *
   * @param mostValues values that the row group can have; damaged pages may claim any number
   */
  PageReader(byte[] column, int offset, int length, long mostValues) {
    this.column = column;
    this.mostValues = mostValues;
    position = offset;
    end = offset + length;
  }

  /** Moves to the next page; returns false if there is none. */
  boolean next() throws IOException {
    if (position == end) {
      return false;
    }
    ByteArrayInputStream in = new ByteArrayInputStream(column, position, end - position);
    PageHeader header = Util.readPageHeader(in);
    if (header.getType() != PageType.DATA_PAGE
        || header.getData_page_header().getEncoding() != Encoding.PLAIN) {
      throw new IOException("its pages are not those of a lane");
    }
    position = end - in.available();
    int stored = header.getCompressed_page_size();
    int size = header.getUncompressed_page_size();
    values = header.getData_page_header().getNum_values();
    if (values < 0 || values > mostValues || size < 0 || size > MOST_BYTES + 5 * mostValues) {
      throw new IOException("a page is too large");
    }
    byte[] page = new byte[size];
    if (stored > end - position
        || Zstd.decompressByteArray(page, 0, page.length, column, position, stored)
            != page.length) {
      throw new IOException("a page is damaged");
    }
    position += stored;
    content = ByteBuffer.wrap(page).order(ByteOrder.LITTLE_ENDIAN);
    return true;
  }

  /** Returns the number of values in the current page, with a value for each empty list. */
  int values() {
    return values;
  }

  /**
   * Reads the next levels of the current page, each 0 or 1: runs of equal levels, or eight levels
   * in a byte.
   */
  byte[] levels() throws IOException {
    byte[] levels = new byte[values];
    int last = content.getInt() + content.position();
    int known = 0;
    while (known < values) {
      int header = variableLength();
      int count = header >>> 1;
      if ((header & 1) == 0) {
        byte level = content.get();
        int until = Math.min(values, known + count);
        Arrays.fill(levels, known, until, level);
        known = until;
      } else {
        for (int i = 0; i < count; i++) {
          int eight = content.get();
          for (int bit = 0; bit < Byte.SIZE && known < values; bit++) {
            levels[known++] = (byte) (eight >> bit & 1);
          }
        }
      }
    }
    if (content.position() > last) {
      throw new IOException("the levels of a page are damaged");
    }
    content.position(last);
    return levels;
  }

  private int variableLength() {
    int value = 0;
    int shift = 0;
    byte next;
    do {
      next = content.get();
      value |= (next & 0x7F) << shift;
      shift += 7;
    } while (next < 0);
    return value;
  }

  /** Returns the numbers of the current page, which follow its levels. */
  IntBuffer numbers() {
    return content.asIntBuffer();
  }
}
