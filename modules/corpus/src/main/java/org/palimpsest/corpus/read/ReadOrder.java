package org.palimpsest.corpus.read;

import java.util.PrimitiveIterator;

/** A sequence of positions in a split that a reader visits. */
interface ReadOrder {
  /** Returns whether there is a next position. */
  boolean hasNext();

  /** Moves to the next position and returns it. The returned object changes with the next move. */
  BlockOrder.Cursor advance();

  /** The endless sequence of one worker in the order of a run. */
  final class OfSlice implements ReadOrder {
    private final BlockOrder.Cursor cursor;
    private final PrimitiveIterator.OfLong positions;

    OfSlice(BlockOrder order, WorkerSlice slice) {
      this.cursor = order.cursor();
      this.positions = slice.positions();
    }

    @Override
    public boolean hasNext() {
      return positions.hasNext();
    }

    @Override
    public BlockOrder.Cursor advance() {
      cursor.moveTo(positions.nextLong());
      return cursor;
    }
  }

  /** All blocks in stored order, or one worker's contiguous share, once. */
  final class AsStored implements ReadOrder {
    private final StoredCursor cursor;
    private long left;

    AsStored(long[] laneRows, int rowGroupBlocks, long from, long to) {
      cursor = new StoredCursor(laneRows, rowGroupBlocks);
      cursor.row = from - 1;
      cursor.skipFinishedLanes();
      left = to - from;
    }

    @Override
    public boolean hasNext() {
      return left > 0;
    }

    @Override
    public BlockOrder.Cursor advance() {
      left--;
      cursor.row++;
      cursor.skipFinishedLanes();
      return cursor;
    }
  }

  /** A block by its lane and row; one buffer holds one row group. */
  final class StoredCursor implements BlockOrder.Cursor {
    private final long[] laneRows;
    private final int rowGroupBlocks;
    private int lane;
    private long row;

    StoredCursor(long[] laneRows, int rowGroupBlocks) {
      this.laneRows = laneRows;
      this.rowGroupBlocks = rowGroupBlocks;
    }

    /** Moves to a row counted over all lanes. */
    @Override
    public void moveTo(long position) {
      lane = 0;
      row = position;
      skipFinishedLanes();
    }

    private void skipFinishedLanes() {
      while (lane < laneRows.length && row >= laneRows[lane]) {
        row -= laneRows[lane++];
      }
    }

    @Override
    public long epoch() {
      return 0;
    }

    @Override
    public int lane() {
      return lane;
    }

    @Override
    public long row() {
      return row;
    }

    @Override
    public int buffer() {
      return 0;
    }

    /** Of each lane in turn, the row groups in turn. */
    @Override
    public long content() {
      return (long) lane << Integer.SIZE | row / rowGroupBlocks;
    }
  }
}
