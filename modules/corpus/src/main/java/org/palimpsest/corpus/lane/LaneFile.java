package org.palimpsest.corpus.lane;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.format.FileMetaData;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.storage.Reason;

/**
 * A lane. Its file is open from the first row group that is read until {@link #close}, after which
 * another read opens it again. Not thread-safe.
 *
 * <p>Finds row groups through the lane's index. Lanes of earlier releases have none: of their
 * footer, which is read once, the lane keeps 32 bytes per row group in memory.
 */
public final class LaneFile implements AutoCloseable {
  /** What {@code corpus.row-group-blocks} allows. */
  private static final long MOST_TOKENS = 1 << 24;

  private final Path path;
  private final long size;
  private final int blockTokens;
  private final LaneAccess access;
  private FSDataInputStream in;

  /** Number of row groups; -1 before the first access. */
  private int rowGroups = -1;

  private long indexStart;

  /** The index of a lane without one; otherwise null. */
  private byte[] ownIndex;

  /**
   * Creates a lane without accessing its file.
   *
   * @param size of the file in bytes
   * @param blockTokens length of a full block, to size buffers
   * @param access shared with the other lanes of the reader
   */
  public LaneFile(Path path, long size, int blockTokens, LaneAccess access) {
    this.path = path;
    this.size = size;
    this.blockTokens = blockTokens;
    this.access = access;
  }

  /** Returns the number of row groups. */
  public int rowGroups() {
    return undamaged(
        () -> {
          open();
          return rowGroups;
        });
  }

  /**
   * Reads and decodes a row group.
   *
   * @throws PalimpsestException of kind INPUT if the lane is missing or damaged
   */
  public RowGroup read(int group) {
    return undamaged(
        () -> {
          open();
          RowGroupPlace place = place(group);
          if (place.rows() < 0 || (long) place.rows() * blockTokens > MOST_TOKENS) {
            throw new IOException("a row group has too many blocks");
          }
          byte[] bytes = read(place.offset(), place.bytes());
          return RowGroup.decode(bytes, place, blockTokens);
        });
  }

  private void open() throws IOException {
    if (in == null) {
      in = path.getFileSystem(access.hadoop()).open(path);
    }
    if (rowGroups < 0) {
      findIndex();
    }
  }

  private void findIndex() throws IOException {
    long end = size - LaneFooter.LAST_BYTES;
    int footerLength = LaneFooter.length(read(end, LaneFooter.LAST_BYTES));
    long footer = end - footerLength;
    long trailer = footer - RowGroupIndex.TRAILER_BYTES;
    long records = RowGroupIndex.records(read(trailer, RowGroupIndex.TRAILER_BYTES));
    if (records >= 0) {
      indexStart = trailer - Math.multiplyExact(records, (long) RowGroupPlace.BYTES);
      rowGroups = Math.toIntExact(records);
    } else {
      FileMetaData parsed = LaneFooter.read(read(footer, footerLength + LaneFooter.LAST_BYTES));
      ownIndex = RowGroupIndex.records(parsed).array();
      rowGroups = parsed.getRow_groupsSize();
    }
  }

  private RowGroupPlace place(int group) throws IOException {
    if (group >= rowGroups) {
      throw new IOException("it has only " + rowGroups + " row groups");
    }
    if (ownIndex != null) {
      return RowGroupIndex.record(ownIndex, group);
    }
    int page = group / LaneAccess.PAGE_RECORDS;
    byte[] records = access.page(this, page, () -> readPage(page));
    return RowGroupIndex.record(records, group % LaneAccess.PAGE_RECORDS);
  }

  private byte[] readPage(int page) throws IOException {
    int first = page * LaneAccess.PAGE_RECORDS;
    int records = Math.min(LaneAccess.PAGE_RECORDS, rowGroups - first);
    return read(
        indexStart + (long) first * RowGroupPlace.BYTES, (long) records * RowGroupPlace.BYTES);
  }

  private byte[] read(long from, long bytes) throws IOException {
    if (from < 0 || bytes < 0 || bytes > size - from) {
      throw new IOException("its footer is not that of a lane");
    }
    byte[] read = new byte[Math.toIntExact(bytes)];
    in.seek(from);
    in.readFully(read);
    return read;
  }

  private interface Reading<T> {
    T get() throws IOException;
  }

  private <T> T undamaged(Reading<T> reading) {
    try {
      return reading.get();
    } catch (IOException | RuntimeException e) {
      throw new PalimpsestException(
          PalimpsestException.Kind.INPUT,
          "The lane "
              + path
              + " is missing or damaged ("
              + Reason.of(e)
              + "): prepare the corpus again with --fresh.",
          e);
    }
  }

  @Override
  public void close() {
    if (in == null) {
      return;
    }
    try {
      in.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      in = null;
    }
  }
}
