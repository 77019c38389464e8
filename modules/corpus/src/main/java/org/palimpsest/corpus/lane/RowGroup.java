package org.palimpsest.corpus.lane;

import java.io.IOException;
import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.function.IntPredicate;
import org.palimpsest.objective.TokenBlock;

/** The decoded blocks of one row group, in flat arrays. */
public final class RowGroup {
  private final IntLists tokens;
  private final IntLists sentenceStarts;
  private final IntLists documentStarts;
  private final int[] utf8Bytes;

  RowGroup(int rows, int blockTokens) {
    tokens = new IntLists(rows, rows * blockTokens);
    sentenceStarts = new IntLists(rows, rows * 4);
    documentStarts = new IntLists(rows, rows * 4);
    utf8Bytes = new int[rows];
  }

  private RowGroup(RowGroup all, IntPredicate isKept) {
    tokens = all.tokens.where(isKept);
    sentenceStarts = all.sentenceStarts.where(isKept);
    documentStarts = all.documentStarts.where(isKept);
    utf8Bytes = all.utf8Bytes;
  }

  /** Returns this row group with empty blocks in the other rows, which take no memory. */
  public RowGroup where(IntPredicate isKept) {
    return new RowGroup(this, isKept);
  }

  public int rows() {
    return utf8Bytes.length;
  }

  /** Returns the number of tokens that it holds room for. */
  int capacity() {
    return tokens.values.length;
  }

  /** Returns a copy of the block in a row, with the given id. */
  public TokenBlock block(int row, long id) {
    return new TokenBlock(
        id, tokens.copyOf(row), sentenceStarts.copyOf(row), documentStarts.copyOf(row));
  }

  public int utf8Bytes(int row) {
    return utf8Bytes[row];
  }

  /**
   * Decodes the bytes of a row group.
   *
   * @param blockTokens length of a full block, to size buffers
   * @throws IOException if they are damaged
   */
  static RowGroup decode(byte[] bytes, RowGroupPlace place, int blockTokens) throws IOException {
    RowGroup group = new RowGroup(place.rows(), blockTokens);
    int[] sizes = place.columnBytes();
    long mostValues = place.rows() * (blockTokens + 1L);
    IntLists[] lists = {group.tokens, group.sentenceStarts, group.documentStarts};
    int offset = 0;
    for (int column = 0; column < lists.length; column++) {
      lists[column].fill(new PageReader(bytes, offset, sizes[column], mostValues));
      offset += sizes[column];
    }
    group.fillUtf8Bytes(new PageReader(bytes, offset, sizes[lists.length], mostValues));
    return group;
  }

  private void fillUtf8Bytes(PageReader pages) throws IOException {
    int row = 0;
    while (pages.next()) {
      pages.numbers().get(utf8Bytes, row, pages.values());
      row += pages.values();
    }
    requireBlocks(row, utf8Bytes.length);
  }

  private static void requireBlocks(int found, int recorded) throws IOException {
    if (found != recorded) {
      throw new IOException("a row group has " + found + " blocks instead of " + recorded);
    }
  }

  /** Consecutive lists of numbers. */
  private static final class IntLists {
    private final int[] ends;
    private int[] values;
    private int begun;
    private int size;
    private int appended;

    IntLists(int lists, int capacity) {
      ends = new int[lists];
      values = new int[Math.max(16, capacity)];
    }

    private IntLists(IntLists all, IntPredicate isKept) {
      ends = new int[all.ends.length];
      for (int list = 0; list < ends.length; list++) {
        size += isKept.test(list) ? all.length(list) : 0;
        ends[list] = size;
      }
      values = new int[size];
      for (int list = 0; list < ends.length; list++) {
        System.arraycopy(all.values, all.start(list), values, start(list), length(list));
      }
    }

    IntLists where(IntPredicate isKept) {
      return new IntLists(this, isKept);
    }

    private int start(int list) {
      return list == 0 ? 0 : ends[list - 1];
    }

    private int length(int list) {
      return ends[list] - start(list);
    }

    /** Reads all lists of a column. */
    void fill(PageReader pages) throws IOException {
      while (pages.next()) {
        byte[] repetitions = pages.levels();
        byte[] definitions = pages.levels();
        for (int i = 0; i < pages.values(); i++) {
          // A repetition level of 0 begins a list; a definition level of 0 says that it is empty.
          if (repetitions[i] == 0 && begun++ > 0) {
            ends[begun - 2] = size;
          }
          size += definitions[i];
        }
        append(pages.numbers());
      }
      requireBlocks(begun, ends.length);
      ends[begun - 1] = size;
    }

    /** Appends the numbers of a page, which are counted in {@code size} already. */
    private void append(IntBuffer numbers) throws IOException {
      if (numbers.remaining() != size - appended) {
        throw new IOException("a page has more or fewer numbers than its levels say");
      }
      if (size > values.length) {
        values = Arrays.copyOf(values, Math.max(size, values.length * 2));
      }
      numbers.get(values, appended, size - appended);
      appended = size;
    }

    int[] copyOf(int list) {
      return Arrays.copyOfRange(values, start(list), ends[list]);
    }
  }
}
