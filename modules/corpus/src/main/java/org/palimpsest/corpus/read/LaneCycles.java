package org.palimpsest.corpus.read;

import java.math.BigInteger;
import java.util.Arrays;
import org.palimpsest.base.KeyedHash;

/**
 * The order {@link BlockOrder.Kind#LANES}.
 *
 * <p>A split consists of generations: the first preparation and later additions. Each generation is
 * spread evenly over the whole epoch in proportion to its blocks. Within a generation, an epoch
 * cycles through the lanes, one block from each, and within a lane through the row groups; lanes,
 * row groups and rows are permuted by the key (seed, epoch). Consecutive positions come from
 * different lanes, and each lane is read one row group at a time.
 */
final class LaneCycles implements BlockOrder {
  private static final long serialVersionUID = 1L;

  private static final long DEAL = 4;
  private static final long GENERATION = 5;

  private final long seed;
  private final int rowGroupBlocks;
  private final GenerationOrder[] generations;

  private final int lanes;

  /** Number of the first lane of each generation. */
  private final int[] firstLane;

  /** Number of blocks of each generation and all earlier ones. */
  private final long[] blocksUntil;

  LaneCycles(Shape shape, long seed) {
    this.seed = seed;
    rowGroupBlocks = shape.rowGroupBlocks();
    long[] laneRows = shape.laneRows();
    lanes = laneRows.length;
    int[] generationLanes = shape.generationLanes();
    generations = new GenerationOrder[generationLanes.length];
    firstLane = new int[generationLanes.length];
    blocksUntil = new long[generationLanes.length];
    int lane = 0;
    long blocks = 0;
    for (int g = 0; g < generationLanes.length; g++) {
      firstLane[g] = lane;
      long[] rows = Arrays.copyOfRange(laneRows, lane, lane + generationLanes[g]);
      // The first generation has the order of a split without additions.
      long key = g == 0 ? seed : KeyedHash.of(seed, GENERATION, g);
      generations[g] = new GenerationOrder(rows, rowGroupBlocks, key);
      lane += generationLanes[g];
      blocks += generations[g].blocks();
      blocksUntil[g] = blocks;
    }
  }

  @Override
  public long blocks() {
    return blocksUntil.length == 0 ? 0 : blocksUntil[blocksUntil.length - 1];
  }

  /** One of each lane, since every worker reads them all. */
  @Override
  public long rowGroupsHeld(int workers) {
    return lanes;
  }

  @Override
  public Cursor cursor() {
    return new CycleCursor();
  }

  private final class CycleCursor implements Cursor {
    private final GenerationOrder.Cursor[] cursors;
    private long epoch;
    private int lane;
    private long row;

    private CycleCursor() {
      cursors =
          Arrays.stream(generations)
              .map(GenerationOrder::cursor)
              .toArray(GenerationOrder.Cursor[]::new);
    }

    @Override
    public void moveTo(long position) {
      epoch = position / blocks();
      long index = position % blocks();
      int generation = generations.length - 1;
      while (generation > 0) {
        long before = dealt(generation, index);
        if (dealt(generation, index + 1) > before) {
          index = before;
          break;
        }
        index -= before;
        generation--;
      }
      GenerationOrder.Cursor inside = cursors[generation];
      inside.moveTo(epoch, index);
      lane = firstLane[generation] + inside.lane();
      row = inside.row();
    }

    /**
     * Returns how many of the first {@code index} blocks belong to this generation rather than to
     * earlier ones: a straight line, as in Bresenham's algorithm, with another offset in each
     * epoch.
     */
    private long dealt(int generation, long index) {
      long all = blocksUntil[generation];
      long of = generations[generation].blocks();
      long begin = Math.floorMod(KeyedHash.of(seed, epoch, DEAL, generation), all);
      if (Math.multiplyHigh(index, of) == 0 && index * of >= 0 && index * of + begin >= 0) {
        return (index * of + begin) / all;
      }
      return BigInteger.valueOf(index)
          .multiply(BigInteger.valueOf(of))
          .add(BigInteger.valueOf(begin))
          .divide(BigInteger.valueOf(all))
          .longValueExact();
    }

    @Override
    public long epoch() {
      return epoch;
    }

    @Override
    public int lane() {
      return lane;
    }

    @Override
    public long row() {
      return row;
    }

    /** Each lane has a buffer for one row group. */
    @Override
    public int buffer() {
      return lane;
    }

    @Override
    public long content() {
      return row / rowGroupBlocks;
    }
  }
}
