package org.palimpsest.corpus.lane;

import java.util.Arrays;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.io.api.RecordMaterializer;
import org.palimpsest.objective.TokenBlock;

/** The decoded blocks of one row group, in flat arrays. */
public final class RowGroup {
  private final IntLists tokens;
  private final IntLists sentenceStarts;
  private final IntLists documentStarts;
  private final int[] utf8Bytes;
  private int rows;

  RowGroup(int rows, int blockTokens) {
    tokens = new IntLists(rows, rows * blockTokens);
    sentenceStarts = new IntLists(rows, rows * 4);
    documentStarts = new IntLists(rows, rows * 4);
    utf8Bytes = new int[rows];
  }

  public int rows() {
    return rows;
  }

  /** Returns a copy of the block in a row, with the given id. */
  public TokenBlock block(int row, long id) {
    return new TokenBlock(
        id, tokens.copyOf(row), sentenceStarts.copyOf(row), documentStarts.copyOf(row));
  }

  public int utf8Bytes(int row) {
    return utf8Bytes[row];
  }

  RecordMaterializer<RowGroup> materializer() {
    return new Materializer();
  }

  /** Fills this row group; Parquet calls it value by value, column by column. */
  private final class Materializer extends RecordMaterializer<RowGroup> {
    private final GroupConverter root = new Root();

    @Override
    public RowGroup getCurrentRecord() {
      return RowGroup.this;
    }

    @Override
    public GroupConverter getRootConverter() {
      return root;
    }
  }

  private final class Root extends GroupConverter {
    private final Converter[] columns = {
      new ListConverter(tokens),
      new ListConverter(sentenceStarts),
      new ListConverter(documentStarts),
      new PrimitiveConverter() {
        @Override
        public void addInt(int value) {
          utf8Bytes[rows] = value;
        }
      }
    };

    @Override
    public Converter getConverter(int column) {
      return columns[column];
    }

    @Override
    public void start() {
      // Each column starts its own row.
    }

    @Override
    public void end() {
      rows++;
    }
  }

  /** The group of a list, which contains the repeated group and its element. */
  private static final class ListConverter extends GroupConverter {
    private final IntLists lists;
    private final GroupConverter entry;

    ListConverter(IntLists lists) {
      this.lists = lists;
      entry = new EntryConverter(lists);
    }

    @Override
    public Converter getConverter(int column) {
      return entry;
    }

    @Override
    public void start() {
      // A list starts where the previous one ends.
    }

    @Override
    public void end() {
      lists.endList();
    }
  }

  private static final class EntryConverter extends GroupConverter {
    private final PrimitiveConverter element;

    EntryConverter(IntLists lists) {
      element =
          new PrimitiveConverter() {
            @Override
            public void addInt(int value) {
              lists.add(value);
            }
          };
    }

    @Override
    public Converter getConverter(int column) {
      return element;
    }

    @Override
    public void start() {
      // There is one value and nothing to prepare.
    }

    @Override
    public void end() {
      // There is one value and nothing to finish.
    }
  }

  /** Consecutive lists of numbers. */
  private static final class IntLists {
    private final int[] ends;
    private int[] values;
    private int lists;
    private int size;

    IntLists(int lists, int capacity) {
      ends = new int[lists];
      values = new int[Math.max(16, capacity)];
    }

    void add(int value) {
      if (size == values.length) {
        values = Arrays.copyOf(values, size * 2);
      }
      values[size++] = value;
    }

    void endList() {
      ends[lists++] = size;
    }

    int[] copyOf(int list) {
      return Arrays.copyOfRange(values, list == 0 ? 0 : ends[list - 1], ends[list]);
    }
  }
}
