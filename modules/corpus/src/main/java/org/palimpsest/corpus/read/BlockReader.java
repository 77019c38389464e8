package org.palimpsest.corpus.read;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.palimpsest.corpus.lane.RowGroup;

/**
 * Reads blocks in a given order. Holds the decoded row groups that the order needs at the same
 * time: one per lane, or one per stream of this worker. Not thread-safe.
 *
 * <p>Lanes are opened on first use, so starting at any position reads only these row groups.
 */
public final class BlockReader implements Iterator<EpochBlock>, AutoCloseable {
  private final CorpusSplit split;
  private final ReadOrder order;
  private final OpenLanes lanes;
  private final List<RowGroupBuffers<RowGroup>> buffers = new ArrayList<>();

  BlockReader(CorpusSplit split, ReadOrder order) {
    this.split = split;
    this.order = order;
    lanes = new OpenLanes(split);
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
    BlockOrder.Cursor at = order.advance();
    long row = split.storedRow(at.lane(), at.row());
    RowGroup rows = buffers(order.part()).get(at, (int) (row / split.rowGroupBlocks()));
    int offset = (int) (row % split.rowGroupBlocks());
    long id = split.id(at.lane(), row);
    return new EpochBlock(at.epoch(), rows.block(offset, id), rows.utf8Bytes(offset));
  }

  private RowGroupBuffers<RowGroup> buffers(int part) {
    while (buffers.size() <= part) {
      buffers.add(new RowGroupBuffers<>(lanes::read));
    }
    return buffers.get(part);
  }

  /** Returns what the reader has read so far. */
  long rowGroupsRead() {
    return buffers.stream().mapToLong(RowGroupBuffers::loaded).sum();
  }

  @Override
  public void close() {
    buffers.forEach(RowGroupBuffers::clear);
    lanes.close();
  }
}
