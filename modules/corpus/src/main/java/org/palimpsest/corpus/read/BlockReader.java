package org.palimpsest.corpus.read;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.palimpsest.corpus.lane.LaneFile;
import org.palimpsest.corpus.lane.RowGroup;

/**
 * Reads blocks in a given order. Holds at most one decoded row group per lane. Not thread-safe.
 *
 * <p>Lanes are opened on first use, so starting at any position reads one row group per lane.
 */
public final class BlockReader implements Iterator<EpochBlock>, AutoCloseable {
  private final CorpusSplit split;
  private final ReadOrder order;
  private final LaneFile[] files;
  private final RowGroup[] decoded;
  private final int[] groups;
  private long rowGroupsRead;

  BlockReader(CorpusSplit split, ReadOrder order) {
    this.split = split;
    this.order = order;
    files = new LaneFile[split.lanes()];
    decoded = new RowGroup[split.lanes()];
    groups = new int[split.lanes()];
  }

  @Override
  public boolean hasNext() {
    return order.hasNext();
  }

  @Override
  public EpochBlock next() {
    if (!order.hasNext()) {
      throw new NoSuchElementException("there are no more blocks");
    }
    order.advance();
    return read(order.epoch(), order.lane(), order.row());
  }

  /** Returns what the reader has read so far. */
  long rowGroupsRead() {
    return rowGroupsRead;
  }

  EpochBlock read(long epoch, int lane, long row) {
    int group = (int) (row / split.rowGroupBlocks());
    int offset = (int) (row % split.rowGroupBlocks());
    RowGroup rows = rowGroup(lane, group);
    return new EpochBlock(epoch, rows.block(offset, split.id(lane, row)), rows.utf8Bytes(offset));
  }

  private RowGroup rowGroup(int lane, int group) {
    if (decoded[lane] == null || groups[lane] != group) {
      if (files[lane] == null) {
        files[lane] = split.open(lane);
      }
      // Release the old one first, so a lane never has two row groups in memory.
      decoded[lane] = null;
      decoded[lane] = files[lane].read(group);
      groups[lane] = group;
      rowGroupsRead++;
    }
    return decoded[lane];
  }

  @Override
  public void close() {
    try {
      for (int lane = 0; lane < files.length; lane++) {
        decoded[lane] = null;
        if (files[lane] != null) {
          files[lane].close();
          files[lane] = null;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
