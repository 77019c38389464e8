package org.palimpsest.corpus.read;

/** A sequence of places in a part: where a reader goes next. */
interface ReadOrder {
  /** Whether {@link #advance()} leads anywhere. */
  boolean hasNext();

  /** Goes to the next place; the other methods then describe it. */
  void advance();

  long epoch();

  int lane();

  long row();

  /** The endless route of one worker through the order of a run. */
  final class OfSlice implements ReadOrder {
    private final BlockOrder.Cursor cursor;
    private final WorkerSlice slice;
    private long step;
    private int inStep;

    OfSlice(BlockOrder order, WorkerSlice slice) {
      this.cursor = order.cursor();
      this.slice = slice;
      this.step = slice.firstStep();
    }

    @Override
    public boolean hasNext() {
      return slice.blocksPerStep() > 0;
    }

    @Override
    public void advance() {
      cursor.moveTo(step * slice.batchBlocks() + slice.offset() + inStep);
      if (++inStep == slice.blocksPerStep()) {
        inStep = 0;
        step++;
      }
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

  /** Once through the blocks as they are stored, or through one worker's contiguous share. */
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
