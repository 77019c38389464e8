package org.palimpsest.corpus.read;

import java.io.Serializable;
import java.util.Arrays;
import org.palimpsest.base.KeyedHash;

/**
 * The order of the blocks of one generation in one epoch: each cycle takes one block from every
 * lane that still has blocks, so lanes of different lengths lose none. The key (seed, epoch)
 * permutes the lanes in the cycle, the row groups in a lane, and the rows in a row group.
 */
final class GenerationOrder implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final long LANES = 1;
  private static final long GROUPS = 2;
  private static final long ROWS = 3;

  private final long[] laneRows;
  private final int rowGroupBlocks;
  private final long seed;

  /** Lane lengths in ascending order, and the position in an epoch at which each is exhausted. */
  private final long[] lengths;

  private final long[] positionsUntil;

  /**
   * Creates the order of one generation.
   *
   * @param laneRows number of blocks in each lane
   * @param rowGroupBlocks blocks in a row group; the last one of a lane may be shorter
   */
  GenerationOrder(long[] laneRows, int rowGroupBlocks, long seed) {
    this.laneRows = laneRows.clone();
    this.rowGroupBlocks = rowGroupBlocks;
    this.seed = seed;
    lengths = laneRows.clone();
    Arrays.sort(lengths);
    positionsUntil = new long[lengths.length];
    long previousLength = 0;
    long positions = 0;
    for (int i = 0; i < lengths.length; i++) {
      positions += (lengths[i] - previousLength) * (lengths.length - i);
      positionsUntil[i] = positions;
      previousLength = lengths[i];
    }
  }

  /** Returns the number of blocks in an epoch. */
  long blocks() {
    return positionsUntil.length == 0 ? 0 : positionsUntil[positionsUntil.length - 1];
  }

  /** Returns a new cursor, which has no position until it is moved. Not thread-safe. */
  Cursor cursor() {
    return new Cursor();
  }

  /** A position in the order. Moving it costs the same whatever the distance. */
  final class Cursor {
    private final LaneOrder[] lanes = new LaneOrder[laneRows.length];
    private int[] laneOrder;
    private long epoch = -1;
    private int lane;
    private long row;

    private Cursor() {}

    /** Moves to block {@code index} of an epoch. */
    void moveTo(long newEpoch, long index) {
      beginEpoch(newEpoch);
      int exhausted = Bounds.partOf(positionsUntil, index);
      long firstCycle = Bounds.begin(lengths, exhausted);
      long firstIndex = Bounds.begin(positionsUntil, exhausted);
      int active = laneRows.length - exhausted;
      long cycle = firstCycle + (index - firstIndex) / active;
      lane = activeLane((int) ((index - firstIndex) % active), firstCycle, active);
      row = laneOf(lane).row(cycle);
    }

    private void beginEpoch(long newEpoch) {
      if (newEpoch != epoch) {
        epoch = newEpoch;
        laneOrder = KeyedHash.permutation(KeyedHash.of(seed, epoch, LANES), laneRows.length);
        Arrays.fill(lanes, null);
      }
    }

    /** Returns the k-th lane in the order of the epoch among those longer than {@code cycles}. */
    private int activeLane(int k, long cycles, int active) {
      if (active == laneRows.length) {
        return laneOrder[k];
      }
      int seen = -1;
      for (int candidate : laneOrder) {
        if (laneRows[candidate] > cycles && ++seen == k) {
          return candidate;
        }
      }
      throw new IllegalStateException("lane " + k + " of " + active);
    }

    private LaneOrder laneOf(int index) {
      if (lanes[index] == null) {
        lanes[index] = new LaneOrder(index, epoch);
      }
      return lanes[index];
    }

    int lane() {
      return lane;
    }

    /** Returns the row within the lane. */
    long row() {
      return row;
    }
  }

  /** The order of the rows of one lane in one epoch. */
  private final class LaneOrder {
    private final long key;
    private final long rows;
    private final int[] groups;
    private final long shortGroupAt;
    private final int shortGroupRows;
    private int group = -1;
    private int[] order;

    LaneOrder(int lane, long epoch) {
      rows = laneRows[lane];
      int count = Math.toIntExact((rows + rowGroupBlocks - 1) / rowGroupBlocks);
      key = KeyedHash.of(seed, epoch, ROWS, lane);
      groups = KeyedHash.permutation(KeyedHash.of(seed, epoch, GROUPS, lane), count);
      shortGroupRows = (int) (rows - (long) (count - 1) * rowGroupBlocks);
      int at = 0;
      while (groups[at] != count - 1) {
        at++;
      }
      shortGroupAt = at;
    }

    /** Returns the row at a position of the lane's order. */
    long row(long visit) {
      long beforeShort = shortGroupAt * rowGroupBlocks;
      if (visit < beforeShort) {
        return row((int) (visit / rowGroupBlocks), (int) (visit % rowGroupBlocks));
      }
      if (visit < beforeShort + shortGroupRows) {
        return row((int) shortGroupAt, (int) (visit - beforeShort));
      }
      long after = visit - beforeShort - shortGroupRows;
      int at = (int) (shortGroupAt + 1 + after / rowGroupBlocks);
      return row(at, (int) (after % rowGroupBlocks));
    }

    private long row(int at, int offset) {
      if (group != groups[at]) {
        group = groups[at];
        int size = group == groups.length - 1 ? shortGroupRows : rowGroupBlocks;
        order = KeyedHash.permutation(KeyedHash.of(key, group), size);
      }
      return (long) group * rowGroupBlocks + order[offset];
    }
  }
}
