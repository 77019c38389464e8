package org.palimpsest.corpus.lane;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.Util;

/**
 * Writes the pages of one column of a row group; {@link PageReader} reads them. Equal content gives
 * equal bytes.
 */
@SuppressWarnings("ByteBufferBackingArray") // All buffers are allocated here, on the heap.
final class PageWriter {
  /** Numbers in a page, 1 MiB; a longer list has a page of its own. */
  private static final int PAGE_NUMBERS = 1 << 18;

  /** The default level of Zstandard, also of Parquet. */
  private static final int LEVEL = 3;

  private final ByteArrayOutputStream column = new ByteArrayOutputStream();
  private int values;
  private int uncompressed;

  /** Writes all lists of a column. */
  void write(ListColumn lists) throws IOException {
    int from = 0;
    while (from < lists.lists()) {
      int to = from + 1;
      while (to < lists.lists() && lists.end(to) - lists.start(from) <= PAGE_NUMBERS) {
        to++;
      }
      writePage(lists, from, to);
      from = to;
    }
  }

  private void writePage(ListColumn lists, int from, int to) throws IOException {
    Levels repetitions = new Levels();
    Levels definitions = new Levels();
    for (int list = from; list < to; list++) {
      int length = lists.end(list) - lists.start(list);
      // An empty list has one value, which is not defined.
      repetitions.add(0, 1);
      repetitions.add(1, Math.max(0, length - 1));
      definitions.add(length == 0 ? 0 : 1, Math.max(1, length));
    }
    byte[] repetitionBytes = repetitions.bytes();
    byte[] definitionBytes = definitions.bytes();
    int begin = lists.start(from);
    int numbers = lists.end(to - 1) - begin;
    ByteBuffer page =
        buffer(
            2 * Integer.BYTES
                + repetitionBytes.length
                + definitionBytes.length
                + numbers * Integer.BYTES);
    page.putInt(repetitionBytes.length).put(repetitionBytes);
    page.putInt(definitionBytes.length).put(definitionBytes);
    page.asIntBuffer().put(lists.values(), begin, numbers);
    writePage(page.array(), repetitions.count());
  }

  /** Writes a column with one number per block. */
  void write(int[] numbers, int count) throws IOException {
    for (int from = 0; from < count; from += PAGE_NUMBERS) {
      int length = Math.min(PAGE_NUMBERS, count - from);
      ByteBuffer page = buffer(length * Integer.BYTES);
      page.asIntBuffer().put(numbers, from, length);
      writePage(page.array(), length);
    }
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private void writePage(byte[] page, int count) throws IOException {
    byte[] stored = Zstd.compress(page, LEVEL);
    DataPageHeader data = new DataPageHeader(count, Encoding.PLAIN, Encoding.RLE, Encoding.RLE);
    int before = column.size();
    Util.writePageHeader(
        new PageHeader(PageType.DATA_PAGE, page.length, stored.length).setData_page_header(data),
        column);
    uncompressed += column.size() - before + page.length;
    column.writeBytes(stored);
    values += count;
  }

  /** Writes the pages; returns their number of bytes. */
  int writeTo(OutputStream out) throws IOException {
    column.writeTo(out);
    return column.size();
  }

  /** Returns the bytes of the column. */
  int bytes() {
    return column.size();
  }

  /** Returns the number of values, with a value for each empty list. */
  int values() {
    return values;
  }

  /** Returns the bytes of the column before compression. */
  int uncompressed() {
    return uncompressed;
  }

  /** Levels of 0 and 1 as runs: twice the length of a run in seven bits per byte, and the level. */
  private static final class Levels {
    private final ByteArrayOutputStream runs = new ByteArrayOutputStream();
    private int level;
    private int run;
    private int count;

    void add(int next, int times) {
      if (next != level && times > 0) {
        endRun();
        level = next;
      }
      run += times;
      count += times;
    }

    private void endRun() {
      if (run > 0) {
        int rest = run << 1;
        while (rest >= 0x80) {
          runs.write((rest & 0x7F) | 0x80);
          rest >>>= 7;
        }
        runs.write(rest);
        runs.write(level);
      }
      run = 0;
    }

    int count() {
      return count;
    }

    byte[] bytes() {
      endRun();
      return runs.toByteArray();
    }
  }
}
