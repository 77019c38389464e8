package org.palimpsest.corpus.read;

import java.util.ArrayList;
import java.util.List;

/** A sequence of positions in a split that a reader visits. */
interface ReadOrder {
  /** Returns whether there is a next position. */
  boolean hasNext();

  /** Moves to the next position and returns it. The returned object changes with the next move. */
  BlockOrder.Cursor advance();

  /** Returns the number of the sequence to which the position belongs; each has its own buffers. */
  default int part() {
    return 0;
  }

  /** The endless sequence of one worker in a phase of a run. */
  final class OfSlice implements ReadOrder {
    private final PhaseOrder order;
    private final WorkerSlice slice;
    private final List<BlockOrder.Cursor> cursors = new ArrayList<>();
    private long step;
    private int inStep;
    private int part;

    OfSlice(PhaseOrder order, WorkerSlice slice) {
      this.order = order;
      this.slice = slice;
      step = slice.firstStep();
      for (int i = 0; i < order.parts(); i++) {
        PhaseOrder.Part of = order.part(i);
        cursors.add(new LaneRange(of.order().cursor(), of.firstLane()));
      }
    }

    @Override
    public boolean hasNext() {
      return slice.blocksPerStep() > 0;
    }

    @Override
    public BlockOrder.Cursor advance() {
      int place = slice.offset() + inStep;
      part = order.partOf(place);
      BlockOrder.Cursor cursor = cursors.get(part);
      cursor.moveTo(order.position(step, place));
      if (++inStep == slice.blocksPerStep()) {
        inStep = 0;
        step++;
      }
      return cursor;
    }

    @Override
    public int part() {
      return part;
    }
  }

  /** The lanes of some generations, by their numbers in the split. */
  record LaneRange(BlockOrder.Cursor inside, int firstLane) implements BlockOrder.Cursor {
    @Override
    public void moveTo(long position) {
      inside.moveTo(position);
    }

    @Override
    public long epoch() {
      return inside.epoch();
    }

    @Override
    public int lane() {
      return firstLane + inside.lane();
    }

    @Override
    public long row() {
      return inside.row();
    }

    @Override
    public int buffer() {
      return inside.buffer();
    }

    @Override
    public long content() {
      return inside.content();
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
