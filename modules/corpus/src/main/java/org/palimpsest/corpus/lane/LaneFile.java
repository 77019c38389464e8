package org.palimpsest.corpus.lane;

import java.io.Closeable;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.HadoopReadOptions;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.MessageColumnIO;
import org.apache.parquet.io.RecordReader;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.storage.Reason;

/** An open lane file. Not thread-safe. */
public final class LaneFile implements Closeable {
  private static final MessageColumnIO COLUMNS =
      new ColumnIOFactory().getColumnIO(LaneSchema.BLOCK);

  private final Path path;
  private final int blockTokens;
  private final ParquetFileReader parquet;

  /**
   * Opens a lane; only its footer is read.
   *
   * @param blockTokens length of a full block, to size buffers
   * @throws PalimpsestException of kind INPUT if it is missing or damaged
   */
  public LaneFile(Path path, Configuration hadoop, int blockTokens) {
    this.path = path;
    this.blockTokens = blockTokens;
    try {
      // Without these options, Parquet parses Hadoop's default configuration for every file.
      ParquetReadOptions options = HadoopReadOptions.builder(hadoop).build();
      parquet = ParquetFileReader.open(HadoopInputFile.fromPath(path, hadoop), options);
    } catch (IOException | RuntimeException e) {
      throw damaged(e);
    }
  }

  public int rowGroups() {
    return parquet.getRowGroups().size();
  }

  /** Reads and decodes a row group. */
  public RowGroup read(int group) {
    try {
      PageReadStore pages = parquet.readRowGroup(group);
      int rows = Math.toIntExact(pages.getRowCount());
      RowGroup decoded = new RowGroup(rows, blockTokens);
      RecordReader<RowGroup> records = COLUMNS.getRecordReader(pages, decoded.materializer());
      for (int i = 0; i < rows; i++) {
        records.read();
      }
      return decoded;
    } catch (IOException | RuntimeException e) {
      throw damaged(e);
    }
  }

  private PalimpsestException damaged(Exception cause) {
    return new PalimpsestException(
        PalimpsestException.Kind.INPUT,
        "The lane "
            + path
            + " is missing or damaged ("
            + Reason.of(cause)
            + "): prepare the corpus again with --fresh.",
        cause);
  }

  @Override
  public void close() throws IOException {
    parquet.close();
  }
}
