package org.palimpsest.corpus.read;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.Serializable;

/**
 * The order in which a run reads the blocks of a split: a pure function of the seed, and of the
 * number of blocks in a step for {@link Kind#ROW_GROUPS}. It does not depend on the number of
 * workers.
 *
 * <p>Position q of the endless sequence belongs to epoch q div n, where n is the number of blocks;
 * each block occurs once in every epoch.
 */
public interface BlockOrder extends Serializable {

  /** How an order is computed; docs/design/corpus.md describes both. */
  enum Kind {
    /**
     * Cycles through all lanes, one block from each. Every worker reads every lane. The order of
     * corpora that earlier releases prepared.
     */
    @JsonProperty("lanes")
    LANES,
    /**
     * Permutes the row groups of all lanes and divides them among the places of a step. Every
     * worker reads its own share of the row groups.
     */
    @JsonProperty("row-groups")
    ROW_GROUPS
  }

  /**
   * What an order is computed from.
   *
   * @param laneRows number of blocks in each lane, by generation
   * @param generationLanes number of lanes of each generation: the first preparation and additions
   * @param rowGroupBlocks blocks in a row group; the last one of a lane may be shorter
   * @param maxStreams largest number of row groups that {@link Kind#ROW_GROUPS} reads at the same
   *     time, over all workers
   */
  record Shape(long[] laneRows, int[] generationLanes, int rowGroupBlocks, int maxStreams) {}

  /**
   * Returns an order.
   *
   * @param batchBlocks blocks per step over all workers
   * @throws IllegalArgumentException if there are no blocks
   */
  static BlockOrder of(Kind kind, Shape shape, long seed, int batchBlocks) {
    BlockOrder order =
        kind == Kind.LANES
            ? new LaneCycles(shape, seed)
            : new RowGroupStreams(shape, seed, batchBlocks);
    if (order.blocks() == 0) {
      throw new IllegalArgumentException("the split has no blocks");
    }
    return order;
  }

  /** Returns the number of blocks in an epoch. */
  long blocks();

  /**
   * Returns how many full row groups take as much memory as those that one of so many workers holds
   * at the same time, at most.
   */
  long rowGroupsHeld(int workers);

  /** Returns a new cursor, which has no position until it is moved. Not thread-safe. */
  Cursor cursor();

  /** A position in the order. Moving it costs the same whatever the distance. */
  interface Cursor {
    /** Moves to a position of the endless sequence. */
    void moveTo(long position);

    long epoch();

    int lane();

    /** Returns the row within the lane. */
    long row();

    /** Returns the number of the buffer that should hold the row group. */
    int buffer();

    /**
     * Returns what the buffer holds while it is read. When this number changes, the reader can
     * release all row groups in the buffer.
     */
    long content();
  }
}
