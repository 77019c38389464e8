package org.palimpsest.corpus.lane;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;
import org.apache.parquet.io.api.RecordConsumer;

/**
 * Writes the blocks of a lane as Parquet: Zstandard, plain encoding, row groups of a fixed number
 * of blocks. Equal blocks give equal bytes in every process. The last row group and the footer are
 * held in memory until the end.
 */
public final class LaneWriter implements Closeable {
  /**
   * Small enough that a row group is full whenever Parquet checks, which it does every few rows.
   */
  private static final long ROW_GROUP_BYTES = 1;

  private final CountedStream out;
  private final ParquetWriter<BlockBuffer> parquet;
  private long rows;

  /** Writes to {@code out} without closing it. */
  public LaneWriter(OutputStream out, int rowGroupBlocks) throws IOException {
    this.out = new CountedStream(out);
    parquet =
        new Builder(new Target(this.out))
            // A default one would parse Hadoop's default configuration for every lane.
            .withConf(new Configuration(false))
            .withCompressionCodec(CompressionCodecName.ZSTD)
            .withDictionaryEncoding(false)
            .withWriterVersion(ParquetProperties.WriterVersion.PARQUET_1_0)
            .withRowGroupSize(ROW_GROUP_BYTES)
            // Parquet 1.13, which comes with Spark 3.5, has no limit of rows per row group.
            .withMinRowCountForPageSizeCheck(rowGroupBlocks)
            .withMaxRowCountForPageSizeCheck(rowGroupBlocks)
            .build();
  }

  /** Appends a block; the buffer can be reused afterwards. */
  public void write(BlockBuffer block) throws IOException {
    parquet.write(block);
    rows++;
  }

  public long rows() {
    return rows;
  }

  @Override
  public void close() throws IOException {
    out.holdBack();
    parquet.close();
    out.writeHeld();
  }

  private static final class Builder extends ParquetWriter.Builder<BlockBuffer, Builder> {
    Builder(OutputFile file) {
      super(file);
    }

    @Override
    protected Builder self() {
      return this;
    }

    @Override
    @SuppressWarnings("deprecation") // abstract in Parquet, so it must be there
    protected WriteSupport<BlockBuffer> getWriteSupport(Configuration hadoop) {
      return new BlockWriteSupport();
    }
  }

  private static final class BlockWriteSupport extends WriteSupport<BlockBuffer> {
    private RecordConsumer consumer;

    @Override
    @SuppressWarnings("deprecation") // abstract in Parquet, so it must be there
    public WriteContext init(Configuration hadoop) {
      return new WriteContext(LaneSchema.BLOCK, Map.of());
    }

    @Override
    public void prepareForWrite(RecordConsumer recordConsumer) {
      consumer = recordConsumer;
    }

    @Override
    public void write(BlockBuffer block) {
      consumer.startMessage();
      list(LaneSchema.TOKENS, 0, block.tokens, block.length);
      list(LaneSchema.SENTENCE_STARTS, 1, block.sentenceStarts, block.sentences);
      list(LaneSchema.DOCUMENT_STARTS, 2, block.documentStarts, block.documents);
      consumer.startField(LaneSchema.UTF8_BYTES, 3);
      consumer.addInteger(block.utf8Bytes);
      consumer.endField(LaneSchema.UTF8_BYTES, 3);
      consumer.endMessage();
    }

    private void list(String name, int field, int[] values, int length) {
      consumer.startField(name, field);
      consumer.startGroup();
      if (length > 0) {
        consumer.startField(LaneSchema.LIST, 0);
        for (int i = 0; i < length; i++) {
          consumer.startGroup();
          consumer.startField(LaneSchema.ELEMENT, 0);
          consumer.addInteger(values[i]);
          consumer.endField(LaneSchema.ELEMENT, 0);
          consumer.endGroup();
        }
        consumer.endField(LaneSchema.LIST, 0);
      }
      consumer.endGroup();
      consumer.endField(name, field);
    }
  }

  /** Adapts an output stream to Parquet's interface. */
  private record Target(CountedStream out) implements OutputFile {
    @Override
    public PositionOutputStream create(long blockSizeHint) {
      return out;
    }

    @Override
    public PositionOutputStream createOrOverwrite(long blockSizeHint) {
      return create(blockSizeHint);
    }

    @Override
    public boolean supportsBlockSize() {
      return false;
    }

    @Override
    public long defaultBlockSize() {
      return 0;
    }
  }

  /** Counts bytes and holds back the end of the file. */
  private static final class CountedStream extends PositionOutputStream {
    private final OutputStream lane;
    private final ByteArrayOutputStream held = new ByteArrayOutputStream(0);
    private OutputStream out;
    private long position;

    CountedStream(OutputStream lane) {
      this.lane = lane;
      out = lane;
    }

    void holdBack() {
      out = held;
    }

    void writeHeld() throws IOException {
      lane.write(LaneFooter.withIndex(held.toByteArray()));
      lane.flush();
    }

    @Override
    public long getPos() {
      return position;
    }

    @Override
    public void write(int value) throws IOException {
      out.write(value);
      position++;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
      position += length;
    }

    @Override
    public void flush() throws IOException {
      out.flush();
    }

    /** The caller closes the stream. */
    @Override
    public void close() throws IOException {
      out.flush();
    }
  }
}
