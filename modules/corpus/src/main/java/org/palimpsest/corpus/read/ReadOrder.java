package org.palimpsest.corpus.read;

import java.util.PrimitiveIterator;

/** A sequence of positions in a split that a reader visits. */
interface ReadOrder {
  /** Returns whether there is a next position. */
  boolean hasNext();

  /** Moves to the next position, which the other methods describe. */
  void advance();

  long epoch();

  int lane();

  long row();

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
    public void advance() {
      cursor.moveTo(positions.nextLong());
    }

    @Override
    public long epoch() {
      return cursor.epoch();
    }

    @Override
    public int lane() {
      return cursor.lane();
    }

    @Override
    public long row() {
      return cursor.row();
    }
  }

  /** All blocks in stored order, or one worker's contiguous share, once. */
  final class AsStored implements ReadOrder {
    private final long[] laneRows;
    private long left;
    private int lane;
    private long row;

    AsStored(long[] laneRows, long from, long to) {
      this.laneRows = laneRows;
      left = to - from;
      row = from - 1;
      skipFinishedLanes();
    }

    @Override
    public boolean hasNext() {
      return left > 0;
    }

    @Override
    public void advance() {
      left--;
      row++;
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
  }
}
