package org.palimpsest.corpus.lane;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Type;
import org.apache.parquet.format.Util;
import org.apache.parquet.format.converter.ParquetMetadataConverter;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.palimpsest.base.PalimpsestException;

/**
 * Collects the sizes of row groups and writes the end of a lane: the index, and Parquet's footer,
 * whose description of a row group exists only while it is written.
 */
@SuppressWarnings("ByteBufferBackingArray") // All buffers are allocated here, on the heap.
final class LaneFooterWriter {
  /** A footer of 1 GB, and 256 MB of memory. */
  private static final int MOST_ROW_GROUPS = 1 << 22;

  private static final String CREATED_BY = "palimpsest";
  private static final List<SchemaElement> SCHEMA =
      new ParquetMetadataConverter()
          .toParquetMetadata(
              1,
              new ParquetMetadata(
                  new org.apache.parquet.hadoop.metadata.FileMetaData(
                      LaneSchema.BLOCK, Map.of(), CREATED_BY),
                  List.of()))
          .getSchema();
  private static final int COLUMNS = LaneSchema.BLOCK.getColumns().size();

  /** Bytes of the numbers that only Parquet's footer has: values and sizes of each column. */
  private static final int DETAIL_BYTES = COLUMNS * 2 * Integer.BYTES;

  private ByteBuffer index = buffer(16 * RowGroupPlace.BYTES);
  private ByteBuffer details = buffer(16 * DETAIL_BYTES);
  private int groups;

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Adds a row group whose columns follow each other from an offset on.
   *
   * @throws PalimpsestException of kind CONFIGURATION if there are too many
   */
  void add(long offset, int rows, PageWriter... columns) {
    if (groups == MOST_ROW_GROUPS) {
      throw PalimpsestException.configuration(
          "A lane has more than %,d row groups: raise corpus.lanes or corpus.row-group-blocks."
              .formatted(MOST_ROW_GROUPS));
    }
    index = withRoom(index, RowGroupPlace.BYTES);
    details = withRoom(details, DETAIL_BYTES);
    int[] columnBytes = Arrays.stream(columns).mapToInt(PageWriter::bytes).toArray();
    new RowGroupPlace(offset, rows, columnBytes).write(index);
    for (PageWriter column : columns) {
      details.putInt(column.values()).putInt(column.uncompressed());
    }
    groups++;
  }

  private static ByteBuffer withRoom(ByteBuffer buffer, int bytes) {
    return buffer.remaining() >= bytes
        ? buffer
        : buffer(Math.multiplyExact(buffer.capacity(), 2)).put(buffer.flip());
  }

  /** Writes the index, the footer, and the length of the footer. */
  void write(OutputStream out, long rows) throws IOException {
    out.write(index.array(), 0, groups * RowGroupPlace.BYTES);
    out.write(RowGroupIndex.trailer(groups));
    CountedStream counted = new CountedStream(out);
    FileMetaData footer = new FileMetaData(1, SCHEMA, rows, new RowGroups());
    Util.writeFileMetaData(footer.setCreated_by(CREATED_BY), counted);
    out.write(buffer(Integer.BYTES).putInt(Math.toIntExact(counted.bytes)).array());
  }

  /** The row groups, each described when it is asked for. */
  private final class RowGroups extends AbstractList<RowGroup> {
    @Override
    public RowGroup get(int group) {
      RowGroupPlace place = RowGroupIndex.record(index.array(), group);
      ByteBuffer detail =
          ByteBuffer.wrap(details.array(), group * DETAIL_BYTES, DETAIL_BYTES)
              .order(ByteOrder.LITTLE_ENDIAN);
      List<ColumnChunk> chunks = new ArrayList<>(COLUMNS);
      long at = place.offset();
      long uncompressed = 0;
      for (int column = 0; column < COLUMNS; column++) {
        int stored = place.columnBytes()[column];
        int values = detail.getInt();
        int size = detail.getInt();
        chunks.add(new ColumnChunk(at).setMeta_data(column(column, values, size, stored, at)));
        at += stored;
        uncompressed += size;
      }
      return new RowGroup(chunks, uncompressed, place.rows())
          .setFile_offset(place.offset())
          .setTotal_compressed_size(at - place.offset());
    }

    private static ColumnMetaData column(int column, int values, int size, int stored, long at) {
      return new ColumnMetaData(
          Type.INT32,
          List.of(Encoding.PLAIN, Encoding.RLE),
          List.of(LaneSchema.BLOCK.getColumns().get(column).getPath()),
          CompressionCodec.ZSTD,
          values,
          size,
          stored,
          at);
    }

    @Override
    public int size() {
      return groups;
    }
  }

  private static final class CountedStream extends OutputStream {
    private final OutputStream out;
    private long bytes;

    CountedStream(OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int value) throws IOException {
      out.write(value);
      bytes++;
    }

    @Override
    public void write(byte[] values, int offset, int length) throws IOException {
      out.write(values, offset, length);
      bytes += length;
    }
  }
}
