package org.palimpsest.corpus.read;

import java.util.Arrays;
import org.palimpsest.base.KeyedHash;

/**
 * The order {@link BlockOrder.Kind#ROW_GROUPS}: computed at any position in constant memory.
 *
 * <p>The blocks of an epoch form a line: all chunks in an order that (seed, epoch) permutes, and in
 * each chunk the rows in an order that (seed, epoch, chunk) permutes. A chunk is a full row group,
 * or as many blocks of the shorter last row groups of the lanes; only the last chunk may be
 * shorter.
 *
 * <p>Streams are equal pieces of the line. The places of a step are divided among them, so each
 * block of a step comes from another chunk, and a worker, whose places are consecutive, reads only
 * the streams of its places. If a step has fewer places than streams, several consecutive steps
 * share them.
 */
final class RowGroupStreams implements BlockOrder {
  private static final long serialVersionUID = 1L;

  private static final long CHUNKS = 6;
  private static final long ROWS = 7;

  private final long seed;
  private final long[] laneRows;
  private final int rowGroupBlocks;

  /** Number of full row groups, and of blocks outside them, of each lane and all earlier ones. */
  private final long[] fullUntil;

  private final long[] restUntil;

  private final long blocks;
  private final long chunks;

  /** Blocks in a step, steps that share the streams, and places in all of them. */
  private final int batchBlocks;

  private final long steps;
  private final long places;
  private final long streams;

  /** Number of complete rounds over all places in an epoch, and of blocks after them. */
  private final long rounds;

  private final long left;

  RowGroupStreams(Shape shape, long seed, int batchBlocks) {
    this.seed = seed;
    this.batchBlocks = batchBlocks;
    laneRows = shape.laneRows().clone();
    rowGroupBlocks = shape.rowGroupBlocks();
    fullUntil = laneRows.clone();
    restUntil = laneRows.clone();
    Arrays.setAll(fullUntil, lane -> laneRows[lane] / rowGroupBlocks);
    Arrays.setAll(restUntil, lane -> laneRows[lane] % rowGroupBlocks);
    Arrays.parallelPrefix(fullUntil, Long::sum);
    Arrays.parallelPrefix(restUntil, Long::sum);
    blocks = Arrays.stream(laneRows).sum();
    chunks = ceil(blocks, rowGroupBlocks);
    int width = Math.min(Math.max(batchBlocks, laneRows.length), shape.maxStreams());
    steps = ceil(width, batchBlocks);
    places = steps * batchBlocks;
    streams = Math.max(1, Math.min(Math.min(places, shape.maxStreams()), chunks));
    rounds = blocks / places;
    left = blocks % places;
  }

  private static long ceil(long dividend, long divisor) {
    return (dividend + divisor - 1) / divisor;
  }

  @Override
  public long blocks() {
    return blocks;
  }

  /** Returns the number of row groups that all workers together read at the same time. */
  long streams() {
    return streams;
  }

  /** A chunk of short row groups may hold a part of two more, one at each end. */
  @Override
  public long rowGroupsHeld(int workers) {
    long ofWorker = ceil(streams * ceil(batchBlocks, workers), batchBlocks) + 1;
    long shortChunks = chunks - fullUntil[laneRows.length - 1];
    return ofWorker + 2 * Math.min(ofWorker, shortChunks);
  }

  @Override
  public Cursor cursor() {
    return new StreamCursor();
  }

  /** Returns the first place of a stream. */
  private long firstPlace(long stream) {
    return ceil(stream * places, streams);
  }

  /**
   * Returns how many of the first {@code place} places have a block in the last, incomplete round.
   */
  private long lastRoundUntil(long place) {
    long fullSteps = left / batchBlocks;
    long inLastStep = left % batchBlocks;
    long slot = place / steps;
    long ofSlot = fullSteps + (slot < inLastStep ? 1 : 0);
    return slot * fullSteps + Math.min(slot, inLastStep) + Math.min(place % steps, ofSlot);
  }

  /** Returns the position in the line of the block at an index of the epoch. */
  private long inLine(long stream, long place, long round) {
    long first = firstPlace(stream);
    long begin = rounds * first + lastRoundUntil(first);
    long inRound = round < rounds ? place - first : lastRoundUntil(place) - lastRoundUntil(first);
    return begin + round * (firstPlace(stream + 1) - first) + inRound;
  }

  private final class StreamCursor implements Cursor {
    private long epoch = -1;
    private KeyedPermutation order;

    /** Where the last chunk, which may be shorter, is in the line. */
    private long lastChunkAt;

    private long stream;
    private long chunk;
    private int lane;
    private long row;

    @Override
    public void moveTo(long position) {
      beginEpoch(position / blocks);
      long index = position % blocks;
      long step = index % places / batchBlocks;
      long place = index % batchBlocks * steps + step;
      stream = place * streams / places;
      moveInLine(inLine(stream, place, index / places));
    }

    private void beginEpoch(long newEpoch) {
      if (newEpoch != epoch) {
        epoch = newEpoch;
        order = new KeyedPermutation(KeyedHash.of(seed, epoch, CHUNKS), chunks);
        lastChunkAt = order.indexOf(chunks - 1);
      }
    }

    private void moveInLine(long at) {
      long lastChunkRows = blocks - (chunks - 1) * rowGroupBlocks;
      long beforeLast = lastChunkAt * rowGroupBlocks;
      if (at < beforeLast) {
        moveToChunk(at / rowGroupBlocks, at % rowGroupBlocks, rowGroupBlocks);
      } else if (at < beforeLast + lastChunkRows) {
        moveToChunk(lastChunkAt, at - beforeLast, lastChunkRows);
      } else {
        long after = at - beforeLast - lastChunkRows;
        moveToChunk(
            lastChunkAt + 1 + after / rowGroupBlocks, after % rowGroupBlocks, rowGroupBlocks);
      }
    }

    private void moveToChunk(long at, long visit, long rows) {
      chunk = order.at(at);
      long key = KeyedHash.of(seed, epoch, ROWS, chunk);
      long inChunk = new KeyedPermutation(key, rows).at(visit);
      long fullChunks = fullUntil[fullUntil.length - 1];
      if (chunk < fullChunks) {
        lane = Bounds.partOf(fullUntil, chunk);
        row = (chunk - Bounds.begin(fullUntil, lane)) * rowGroupBlocks + inChunk;
      } else {
        long rest = (chunk - fullChunks) * rowGroupBlocks + inChunk;
        lane = Bounds.partOf(restUntil, rest);
        long fullRows = laneRows[lane] / rowGroupBlocks * rowGroupBlocks;
        row = fullRows + rest - Bounds.begin(restUntil, lane);
      }
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

    /** Each stream has a buffer for one chunk. */
    @Override
    public int buffer() {
      return (int) stream;
    }

    @Override
    public long content() {
      return chunk;
    }
  }
}
